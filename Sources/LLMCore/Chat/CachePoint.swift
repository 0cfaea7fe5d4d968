/// A point of a prompt up to which the caller asks the provider to cache it (`cache_control`).
///
/// It changes no answer, only the price of this prompt and of the next: it is in no cache key.
public struct CachePoint: Sendable, Hashable {
    /// The time for which a provider keeps what it is asked to cache.
    public enum TTL: String, Sendable, Hashable, CaseIterable {
        case minutes = "5m"
        case hour = "1h"
    }

    /// The part of the message that ends there.
    public var part: Int
    public var ttl: TTL

    public init(part: Int, ttl: TTL = .minutes) {
        self.part = part
        self.ttl = ttl
    }
}
