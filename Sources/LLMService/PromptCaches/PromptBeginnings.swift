import LLMCore

/// The beginnings of a prompt that a provider may have cached: keyed digests at the ends of its messages and at its cache points.
///
/// A digest is a rolling SipHash under a key of this process: it says nothing of the text, and nothing outside this process.
struct PromptBeginnings: Sendable, Hashable {
    /// A prompt up to one of its boundaries.
    struct Beginning: Sendable, Hashable {
        var digest: Int
        var bytes: Int
        /// The caller asked for it to be cached, for so long.
        var point: CachePoint.TTL?
    }

    /// The shortest first; a long conversation has its first and its last ones.
    private(set) var beginnings: [Beginning] = []
    /// Of the whole prompt.
    private(set) var bytes = 0
    /// Turns of the user, this one included.
    private(set) var turns = 0

    /// No provider caches a prompt of fewer bytes unasked, about 1,024 tokens; asked, half of that.
    static let leastBytes = 4_096
    private static let leastBytesAsked = 2_048
    /// A provider looks for what is new at the end, and conversations share what is at the front.
    private static let mostAtFront = 8
    private static let mostAtEnd = 16

    /// - Returns: `nil` for a prompt that is too short for any cache: nothing was digested.
    init?(of chat: ChatRequest, tenant: String?) {
        let all = chat.messages.reduce(chat.tools.reduce(0) { $0 + $1.cacheBytes }) { sum, message in
            sum + message.parts.reduce(0) { $0 + $1.utf8Count }
        }
        let asks = chat.longestCacheTTL != nil
        guard all >= (asks ? PromptBeginnings.leastBytesAsked : PromptBeginnings.leastBytes) else { return nil }
        var hasher = Hasher()
        hasher.combine(tenant)
        for tool in chat.tools {
            tool.digest(into: &hasher)
            bytes += tool.cacheBytes
            if tool.cacheTTL != nil { mark(hasher, tool.cacheTTL) }
        }
        for message in chat.messages {
            hasher.combine(message.role)
            if message.role == .user { turns += 1 }
            for (index, part) in message.parts.enumerated() {
                part.digest(into: &hasher)
                bytes += part.utf8Count
                let point = message.cachePoints.last { $0.part == index }
                if point != nil || index == message.parts.count - 1 { mark(hasher, point?.ttl) }
            }
        }
        let surplus = beginnings.count - PromptBeginnings.mostAtFront - PromptBeginnings.mostAtEnd
        if surplus > 0 {
            let points = beginnings[PromptBeginnings.mostAtFront...].prefix(surplus).filter { $0.point != nil }
            beginnings.replaceSubrange(
                PromptBeginnings.mostAtFront..<PromptBeginnings.mostAtFront + surplus, with: points)
        }
    }

    private mutating func mark(_ hasher: Hasher, _ point: CachePoint.TTL?) {
        let copy = hasher
        beginnings.append(Beginning(digest: copy.finalize(), bytes: bytes, point: point))
    }

    /// Bytes up to the last cache point; 0 without one.
    var askedBytes: Int { beginnings.last { $0.point != nil }?.bytes ?? 0 }
    /// The longest TTL that is asked for.
    var asked: CachePoint.TTL? {
        let ttls = beginnings.compactMap(\.point)
        return ttls.contains(.hour) ? .hour : ttls.first
    }
}

extension ToolDefinition {
    fileprivate var cacheBytes: Int {
        name.utf8.count + (description?.utf8.count ?? 0) + parameters.bytes.count
    }

    fileprivate func digest(into hasher: inout Hasher) {
        hasher.combine(utf8: name)
        hasher.combine(utf8: description ?? "")
        hasher.combine(parameters)
    }
}

extension MessagePart {
    fileprivate func digest(into hasher: inout Hasher) {
        guard case .text(let text) = self else { return hasher.combine(self) }
        hasher.combine(utf8: text)
    }
}

extension Hasher {
    /// The bytes of a text with their number, so that no two texts run together.
    fileprivate mutating func combine(utf8 text: String) {
        var text = text
        text.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0)) }
        combine(text.utf8.count)
    }
}
