import DirGenAPI
import DirGenBench
import DirGenCore
import LLMCore
import ServiceLifecycle

/// The reader behind the event stream: follows the call log and the health for as long as somebody listens, once for all.
struct EventSource: Service {
    let live: LiveService
    let runs: LiveRuns
    let hub: EventHub
    var time = TimeSource.live

    private static let callInterval = Duration.milliseconds(250)
    private static let statusInterval = Duration.seconds(1)
    private static let heartbeatInterval = Duration.seconds(15)

    func run() async throws {
        await cancelWhenGracefulShutdown { await follow() }
        hub.end()
    }

    private func follow() async {
        for await _ in hub.arrivals {
            await withDiscardingTaskGroup { group in
                group.addTask { await followCalls() }
                group.addTask { await followStatus() }
                group.addTask { await followRuns() }
                group.addTask { await repeatedly(every: Self.heartbeatInterval) { hub.publish([.heartbeat]) } }
            }
        }
    }

    /// Runs `work` for as long as somebody listens.
    private func repeatedly(every interval: Duration, _ work: () async -> Void) async {
        while hub.hasListeners, !Task.isCancelled {
            await work()
            // Cancelled, the loop ends.
            try? await time.sleep(time.now().advanced(by: interval))
        }
    }

    private func followCalls() async {
        let dirgen = live.current
        guard let store = dirgen.store else {
            return hub.publish([problem(APIError(.store(.notFound), "this server keeps no database"))])
        }
        var reader: LiveReader?
        await repeatedly(every: Self.callInterval) {
            do {
                let now = time.wallMicroseconds()
                if reader == nil {
                    reader = try await LiveReader(store, simulated: dirgen.configuration.simulated, now: now)
                }
                hub.publish(try await reader?.read(now: now) ?? [])
            } catch {
                if !(error is CancellationError) { hub.publish([problem(error)]) }
            }
        }
    }

    private func followRuns() async {
        var last: RunProgressDocument?
        await repeatedly(every: Self.callInterval) {
            guard let progress = runs.progress, progress != last, let json = try? progress.json() else { return }
            last = progress
            hub.publish([LiveEvent(.run, json)])
        }
    }

    private func followStatus() async {
        var last: StatusDocument?
        await repeatedly(every: Self.statusInterval) {
            do {
                let status = try await live.current.status().document
                // The time of reading is no change.
                var comparable = status
                comparable.readAt = 0
                guard comparable != last else { return }
                last = comparable
                hub.publish([LiveEvent(.status, try status.json())])
            } catch {
                if !(error is CancellationError) { hub.publish([problem(error)]) }
            }
        }
    }

    private func problem(_ error: any Error) -> LiveEvent {
        let document = (error as? any CodedError)?.errorDocument ?? ErrorDocument(code: .report, message: "\(error)")
        return LiveEvent(.problem, (try? ProblemDocument(document).json()) ?? .null)
    }
}
