import BenchCore
import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

@testable import BenchRunner

@Suite("A run under an open load", .timeLimit(.minutes(2)))
struct OpenLoopRunTests {
    private static let arm = Arm(
        model: ModelID(provider: "openai", name: "gpt-5-mini"), endpoint: "test", simulated: true)

    private func plan(_ load: LoadModel, cases: Int) -> RunPlan {
        let rows = (0..<cases).map {
            BenchCase(id: "c\($0)", task: .general, messages: [.user("q\($0)")], hash: "h\($0)")
        }
        return RunPlan(cases: rows, arms: [Self.arm], repeats: 1, seed: 3, load: load)
    }

    private func record(_ plan: RunPlan) -> RunRecord {
        RunRecord(
            id: RunID(rawValue: "r1"), status: .running, startedAt: 0, datasetPath: "d", datasetName: "d",
            datasetHash: "h", task: .general, arms: plan.arms, repeats: 1, seed: 3, simulated: true, timeScale: 1,
            maxCost: nil, partial: false, graderVersion: "g", priceVersion: "p", toolVersion: "t", arguments: [],
            prices: .null, environment: .init())
    }

    /// Answers after a while of the test's clock, and keeps when it was asked.
    private final class SlowServer: Asker {
        let clock: SteppedClock
        let length: Duration
        let control: RunControl?
        private let sent = Mutex<[Duration]>([])

        init(_ clock: SteppedClock, length: Duration, stopping control: RunControl? = nil) {
            (self.clock, self.length, self.control) = (clock, length, control)
        }

        var instants: [Duration] { sent.withLock { $0.sorted() } }

        func ask(_ request: AskRequest) -> AnswerStream {
            AnswerStream { [self] in
                let done = Mutex(false)
                return { [self] in
                    let isOver = done.withLock { done in
                        defer { done = true }
                        return done
                    }
                    return isOver ? nil : .ended(try await answer(request))
                }
            }
        }

        private func answer(_ request: AskRequest) async throws -> CallRecord {
            guard case .model(let model) = request.model else { throw CancellationError() }
            let begin = clock.source.now()
            let count = sent.withLock { sent in
                sent.append(begin - clock.start)
                return sent.count
            }
            if count == 5 { control?.stop() }
            try await clock.source.sleep(begin + length)
            let report = AttemptReport(
                id: AttemptID(call: request.id, number: 1), model: model, endpoint: "test", simulated: true,
                timings: AttemptTimings(sentAt: begin, end: length), outcome: .ok)
            return CallRecord(
                id: request.id, origin: .bench, task: request.task, requested: request.model, model: model,
                endpoint: "test", simulated: true, outcome: .ok,
                attempts: [AttemptRecord(report: report, cost: CostReading(computed: USD(pico: 1_000)))],
                answer: Answer(text: "yes"), decision: DecisionRecord(reason: "asked for"), openedAt: begin,
                endedAt: begin + length, startedAt: 1)
        }
    }

    private struct Measured: Sendable {
        var outcome: RunOutcome
        var trials: [Trial]
        var instants: [Duration]
    }

    private func run(
        _ load: LoadModel, cases: Int = 12, most: Int = 1_000, maxCost: USD? = nil, control: RunControl = .init(),
        stops: Bool = false
    ) async throws -> Measured {
        let (clock, store) = (SteppedClock(), WatchedStore())
        let plan = plan(load, cases: cases)
        let server = SlowServer(clock, length: .seconds(1), stopping: stops ? control : nil)
        let runner = BenchRunner(
            asker: server, store: store, prices: .builtIn, time: clock.source, logger: Logger(label: "test"))
        let record = record(plan)
        let outcome = try await clock.moving {
            try await runner.run(
                record, plan: plan, options: RunOptions(concurrency: { _ in most }, maxCost: maxCost, backlog: 1_000),
                control: control, observe: { _ in })
        }
        return Measured(
            outcome: outcome, trials: store.trials.sorted { $0.ordinal < $1.ordinal }, instants: server.instants)
    }

    @Test("slow answers delay no later call: each is sent when it is due, and waits for nothing")
    func coordinatedOmission() async throws {
        let run = try await run(.constant(RateSweep(10)))
        #expect(run.outcome.status == .complete && run.trials.count == 12)
        // A closed loop with one call in flight would have taken 12 s.
        #expect(run.instants == (0..<12).map { OpenLoopScheduler.usualLead + .milliseconds(100 * $0) })
        for trial in run.trials { #expect(trial.metrics.queue == 0 && trial.metrics.resp == 1_000) }
    }

    @Test("a wait for the limit of calls in flight is in queue_ms and in the response time")
    func cap() async throws {
        let run = try await run(.constant(RateSweep(10)), cases: 6, most: 1)
        #expect(run.outcome.status == .complete)
        for (place, trial) in run.trials.enumerated() {
            // Due every 100 ms, and sent every second.
            #expect(trial.metrics.queue == 900 * Double(place))
            #expect(trial.metrics.resp == trial.metrics.queue + 1_000 && trial.metrics.e2e == 1_000)
        }
    }

    @Test("one rate follows the other, each with every case")
    func sweep() async throws {
        let run = try await run(.constant(RateSweep(5, to: 10, steps: 2)), cases: 4)
        #expect(run.trials.map(\.repetition) == [0, 0, 0, 0, 1, 1, 1, 1])
        let gaps = zip(run.instants.dropFirst(), run.instants).map { $0 - $1 }
        #expect(Array(gaps.prefix(3)) == Array(repeating: .milliseconds(200), count: 3))
        #expect(gaps[3] == .seconds(1) + OpenLoopScheduler.usualLead, "the last answer of the phase before")
        #expect(Array(gaps.suffix(3)) == Array(repeating: .milliseconds(100), count: 3))
    }

    @Test("a stop lets nothing further go, and what was sent is recorded")
    func stops() async throws {
        let run = try await run(.constant(RateSweep(10)), stops: true)
        #expect(run.outcome.status == .drained)
        #expect(run.trials.count == run.instants.count && run.trials.count >= 5 && run.trials.count < 12)
    }

    @Test("the budget holds: what does not fit is not sent")
    func budget() async throws {
        let plan = plan(.constant(RateSweep(10)), cases: 12)
        let worst = CostEstimate(of: plan, prices: .builtIn, at: ManualClock.wallStart).worst
        let limit = USD(pico: worst.pico / 4)
        let run = try await run(.constant(RateSweep(10)), maxCost: limit)
        #expect(run.outcome.spent <= limit)
        // Calls settle for far less than their worst case, so that those behind them fit in turn, late.
        #expect(run.trials.count >= 3 && run.trials.contains { $0.metrics.queue > 0 })
    }
}
