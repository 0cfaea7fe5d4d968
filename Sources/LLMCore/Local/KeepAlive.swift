/// The idle time after which a local model is unloaded.
public enum KeepAlive: Sendable, Hashable {
    case forever
    case after(Duration)
}
