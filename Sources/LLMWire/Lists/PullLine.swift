/// One line of the progress of a model pull at Docker Model Runner.
package enum PullLine: Sendable, Hashable {
    /// Bytes so far over all layers, and of all layers when known.
    case progress(bytes: Int, total: Int?)
    case warning(String)
    case succeeded(String)
    /// The pull failed, whatever the status of the response was.
    case failed(String)
}
