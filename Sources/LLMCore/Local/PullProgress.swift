/// The progress of a model's download.
public enum PullProgress: Sendable, Hashable {
    /// Bytes so far over all layers, and of all layers when known.
    case progress(bytes: Int, total: Int?)
    case warning(String)
    /// It is there; in the server's words.
    case succeeded(String)
}
