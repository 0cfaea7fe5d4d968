import LLMCore
import Synchronization

/// A memory of where each conversation was answered, so that its next turn finds the provider's prompt cache warm.
///
/// Kept in memory, for prompts long enough that providers cache them; what is not used for a while is forgotten as their caches do.
final class SessionAffinity: Sendable {
    struct Place: Sendable, Hashable {
        var model: ModelID
        /// Caches belong to an account: another key may miss.
        var key: KeyFingerprint?
    }
    private struct Entry: Sendable {
        var place: Place
        var usedAt: ContinuousClock.Instant
    }

    /// Shorter beginnings are cached by no provider: about 1,024 tokens.
    static let leastBytes = 4_096
    /// Providers keep a cached prompt for five to ten minutes.
    static let memory = Duration.seconds(600)
    private static let mostEntries = 8_192

    private let entries = Mutex(RecencyList<Int, Entry>(capacity: mostEntries))

    /// The target that answered the longest known beginning of this conversation.
    func place(of chat: ChatRequest, tenant: String?, at instant: ContinuousClock.Instant) -> Place? {
        let beginnings = SessionAffinity.beginnings(of: chat, tenant: tenant)
        guard !beginnings.isEmpty else { return nil }
        return entries.withLock { entries in
            for beginning in beginnings.reversed() {
                guard let entry = entries.use(beginning) else { continue }
                if instant - entry.usedAt <= SessionAffinity.memory { return entry.place }
            }
            return nil
        }
    }

    func remember(_ place: Place, of chat: ChatRequest, tenant: String?, at instant: ContinuousClock.Instant) {
        let beginnings = SessionAffinity.beginnings(of: chat, tenant: tenant)
        entries.withLock { entries in
            for beginning in beginnings {
                entries.insert(Entry(place: place, usedAt: instant), for: beginning, weight: 1)
            }
        }
    }

    /// A hash of everything up to the end of each message, where that is long enough.
    private static func beginnings(of chat: ChatRequest, tenant: String?) -> [Int] {
        var bytes = chat.tools.reduce(0) { $0 + $1.parameters.bytes.count }
        var hasher = Hasher()
        hasher.combine(tenant)
        hasher.combine(chat.tools)
        var beginnings: [Int] = []
        for message in chat.messages {
            hasher.combine(message)
            bytes += message.text.utf8.count
            if bytes >= leastBytes { beginnings.append(hasher.finalized) }
        }
        return beginnings
    }
}

extension Hasher {
    /// The hash so far, with more to come.
    fileprivate var finalized: Int {
        let copy = self
        return copy.finalize()
    }
}
