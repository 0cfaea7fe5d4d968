/// Which model a caller wants.
public enum ModelChoice: Sendable, Hashable {
    /// The selection table decides.
    case auto
    case model(ModelID)
}
