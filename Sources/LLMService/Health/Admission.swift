/// The decision on sending an attempt.
public enum Admission: Sendable, Hashable {
    /// Every permit must be settled or released.
    case admitted(Permit)
    /// Not now, but it may ask again then.
    ///
    /// `isOutage`: it is broken rather than busy, so that nobody knows whether waiting helps.
    case notBefore(wallMicroseconds: Int64, reason: String, isOutage: Bool = false)
    /// Waiting does not help within any call's time.
    case refused(reason: String)

    public var permit: Permit? { if case .admitted(let permit) = self { permit } else { nil } }
}
