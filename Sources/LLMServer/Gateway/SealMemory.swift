import LLMCore
import LLMWire
import Synchronization

/// A memory of the models that sealed the reasoning in answers that passed as they came, so that a conversation which moves to another
/// provider of the same dialect does not take along what that one would refuse.
///
/// Of each seal a hash is kept, up to a limit; the oldest go first. What is not known goes on as it is.
final class SealMemory: Sendable {
    private struct State {
        var recent: [Int: ModelID] = [:]
        var older: [Int: ModelID] = [:]
    }
    private let state = Mutex(State())
    private let capacity: Int

    /// - Parameter capacity: In seals.
    init(capacity: Int = 100_000) { self.capacity = max(2, capacity) }

    /// The seals of one answer, event by event: a signature may come in several pieces.
    struct Notes: Sendable {
        fileprivate let memory: SealMemory
        private var pieces = ""

        fileprivate init(_ memory: SealMemory) { self.memory = memory }

        /// Remembers the seal of an event, where it has one.
        mutating func take(_ event: AnswerEvent, by model: ModelID?) {
            guard let model else { return }
            switch event {
            case .thinkingSignature(let piece):
                memory.keep(piece, model)
                pieces += piece
            case .native(_, let part): ReasoningSeal.seal(of: part).map { memory.keep($0, model) }
            // The provider's own event comes before what it says.
            case .raw: break
            default:
                // Whole once something else follows: joining at each piece would take long for very many.
                if !pieces.isEmpty { memory.keep(pieces, model) }
                pieces = ""
            }
        }
    }

    func notes() -> Notes { Notes(self) }

    private func keep(_ seal: String, _ model: ModelID) {
        state.withLock { state in
            state.recent[seal.hashValue] = model
            guard state.recent.count > capacity / 2 else { return }
            state.older = state.recent
            state.recent = [:]
        }
    }

    /// The makers of the seals in a conversation, as far as they are known.
    func makers(of messages: [Message]) -> [String: ModelID] {
        let seals = ReasoningSeal.seals(of: messages)
        guard !seals.isEmpty else { return [:] }
        return state.withLock { state in
            var makers: [String: ModelID] = [:]
            for seal in seals { makers[seal] = state.recent[seal.hashValue] ?? state.older[seal.hashValue] }
            return makers
        }
    }
}
