/// Bytes that a local server takes on disk; `nil` is unknown.
public struct LocalDiskUsage: Sendable, Hashable {
    public var models: Int?
    public var engine: Int?

    public init(models: Int? = nil, engine: Int? = nil) {
        self.models = models
        self.engine = engine
    }
}
