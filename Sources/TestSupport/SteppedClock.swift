package import LLMCore
import Synchronization

/// Time that stands still while anything happens, and then moves to the end of the earliest sleep.
///
/// For runs in which many tasks wait at once: ``ManualClock`` would let each sleeper move the others' time.
package final class SteppedClock: Sendable {
    private struct State {
        var elapsed = Duration.zero
        var sleepers: [Int: Sleeper] = [:]
        var next = 0
        /// Sleeps that began or ended.
        var changes = 0
    }
    private struct Sleeper {
        let end: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    package let start = ContinuousClock.now
    private let state = Mutex(State())

    package init() {}

    package var elapsed: Duration { state.withLock { $0.elapsed } }

    package var source: TimeSource {
        TimeSource(
            now: { [self] in start + elapsed },
            wallMicroseconds: { [self] in ManualClock.wallStart + Int64(elapsed.milliseconds * 1_000) },
            sleep: { [self] until in try await sleep(until: until - start) })
    }

    /// Runs `body` while time moves.
    package func moving<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask { [self] in
                await drive()
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    private func drive() async {
        while !Task.isCancelled {
            let before = state.withLock { $0.changes }
            // Long enough for every task that can go on to do so, on a busy machine too.
            for _ in 0..<4 { try? await Task.sleep(for: .milliseconds(4)) }
            let woken: [Sleeper] = state.withLock { state in
                guard state.changes == before, let end = state.sleepers.values.map(\.end).min() else { return [] }
                state.elapsed = max(state.elapsed, end)
                let woken = state.sleepers.filter { $0.value.end <= state.elapsed }
                for id in woken.keys { state.sleepers[id] = nil }
                state.changes += 1
                return woken.values.sorted { $0.end < $1.end }
            }
            for sleeper in woken { sleeper.continuation.resume() }
        }
    }

    private func sleep(until end: Duration) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enum Entry { case waits, isOver, isCancelled }
                let entry: Entry = state.withLock { state in
                    state.changes += 1
                    guard !Task.isCancelled else { return .isCancelled }
                    guard end > state.elapsed else { return .isOver }
                    state.sleepers[id] = Sleeper(end: end, continuation: continuation)
                    return .waits
                }
                switch entry {
                case .waits: break
                case .isOver: continuation.resume()
                case .isCancelled: continuation.resume(throwing: CancellationError())
                }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.changes += 1
                return state.sleepers.removeValue(forKey: id)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
