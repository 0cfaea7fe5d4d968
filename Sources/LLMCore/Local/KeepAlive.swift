/// How long a model stays in memory without use.
public enum KeepAlive: Sendable, Hashable {
    case forever
    case after(Duration)
}
