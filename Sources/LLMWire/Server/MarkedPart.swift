import LLMCore

/// A part of a message as a client sent it, with the cache point that it may end in.
struct MarkedPart {
    var part: MessagePart
    var ttl: CachePoint.TTL?
    /// The images and files of a tool's result, which follow it.
    var media: [MessagePart]

    init(_ part: MessagePart, _ ttl: CachePoint.TTL? = nil, media: [MessagePart] = []) {
        self.part = part
        self.ttl = ttl
        self.media = media
    }

    var isResult: Bool { if case .toolResult = part { true } else { false } }
}

extension Message {
    init(role: Role, marked parts: [MarkedPart]) {
        self.init(
            role: role, parts: parts.map(\.part),
            cachePoints: parts.enumerated().compactMap { index, part in
                part.ttl.map { CachePoint(part: index, ttl: $0) }
            })
    }
}

extension [Message] {
    /// Ends the whole prompt in a cache point, as a `cache_control` of the request itself asks.
    mutating func markEnd(_ ttl: CachePoint.TTL?) {
        guard let ttl, let last = indices.last, let part = self[last].parts.indices.last,
            !self[last].cachePoints.contains(where: { $0.part == part })
        else { return }
        self[last].cachePoints.append(CachePoint(part: part, ttl: ttl))
    }
}

extension CachePoint.TTL {
    /// The `cache_control` of a block, a message, a tool or a request; `nil` where it asks for none.
    init?(in value: JSONValue?) {
        guard let control = value?["cache_control"], control.object != nil else { return nil }
        self = control["ttl"]?.string.flatMap(CachePoint.TTL.init(rawValue:)) ?? .minutes
    }
}
