import Synchronization

/// Turns at what may be done once at a time for each subject, in the order of arrival.
final class SerialTurns<Subject: Hashable & Sendable>: Sendable {
    /// The subjects whose turn is taken, with those who wait for it.
    private let waiting = Mutex<[Subject: [CheckedContinuation<Void, Never>]]>([:])

    /// Runs `body` when everybody who came before is done.
    func perform<Value: Sendable>(_ subject: Subject, _ body: () async -> Value) async -> Value {
        await take(subject)
        defer { release(subject) }
        return await body()
    }

    private func take(_ subject: Subject) async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting[subject] != nil else {
                    waiting[subject] = []
                    return true
                }
                waiting[subject]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func release(_ subject: Subject) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard let first = waiting[subject]?.first else {
                waiting[subject] = nil
                return nil
            }
            waiting[subject]?.removeFirst()
            return first
        }
        next?.resume()
    }
}
