/// A digest of everything that changes an answer: world, endpoint, model, parameters, messages, tools.
public struct CacheKey: Sendable, Hashable, Codable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}
