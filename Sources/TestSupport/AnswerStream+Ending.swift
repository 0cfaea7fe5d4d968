public import LLMCore
import Synchronization

extension AnswerStream {
    /// A stream whose only event is the end of its call.
    ///
    /// - Parameter answer: Makes the record of the call when the stream is first read.
    public init(ending answer: @escaping @Sendable () async throws -> CallRecord) {
        self.init {
            let isDone = Mutex(false)
            return {
                let wasDone = isDone.withLock { done in
                    defer { done = true }
                    return done
                }
                return wasDone ? nil : .ended(try await answer())
            }
        }
    }
}
