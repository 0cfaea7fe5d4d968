import LLMCore
import Synchronization

/// Health states as rows hold them, and as they were last read or written: what a row still says is not decoded again.
///
/// Other processes write all the time, and each of their writes has every state read once more; most of them are as they were.
final class HealthDocuments: Sendable {
    private struct Known {
        var document: String
        var state: HealthState?
    }
    private let known = Mutex<[HealthKey: Known]>([:])

    func state(of key: HealthKey, in document: String) -> HealthState? {
        let last = known.withLock { $0[key] }
        if let last, last.document == document { return last.state }
        let state = HealthRows.decode(document, of: key.subject)
        known.withLock { $0[key] = Known(document: document, state: state) }
        return state
    }

    func document(of state: HealthState, for key: HealthKey) throws -> String {
        let document = try HealthRows.encode(state)
        known.withLock { $0[key] = Known(document: document, state: state) }
        return document
    }

    func forget(_ key: HealthKey) { known.withLock { $0[key] = nil } }
}
