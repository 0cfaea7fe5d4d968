import LLMCore
import LLMService
import Synchronization
import TestSupport
import Testing

@testable import LLMService

@Suite(.timeLimit(.minutes(2))) struct BackgroundWorkTests {
    @Test("work that is done in time gives its value, however much time is left", arguments: [0.5, 60])
    func inTime(_ seconds: Double) async {
        let jobs = JobList()
        let value = await BackgroundWork { jobs.add($0) }.finish(within: .seconds(seconds)) { 7 }
        #expect(value == 7)
        #expect(jobs.isEmpty)
    }

    @Test("work that takes longer is not waited for, and is finished in the background", arguments: [0, 0.05])
    func tooLong(_ seconds: Double) async {
        let jobs = JobList()
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let isDone = Mutex(false)
        let done: @Sendable () -> Void = { isDone.withLock { $0 = true } }
        let came = Mutex<Int?>(nil)
        let late: @Sendable (Int) -> Void = { value in came.withLock { $0 = value } }
        let value = await BackgroundWork { jobs.add($0) }.finish(within: .seconds(seconds), late: { late($0) }) {
            for await _ in gate { break }
            done()
            return 7
        }
        #expect(value == nil && !isDone.withLock { $0 })
        opening.yield()
        await jobs.runAll()
        #expect(isDone.withLock { $0 } && came.withLock { $0 } == 7)
    }

    @Test("an answer whose record takes longer than the request has ends all the same, and is recorded then")
    func slowRecord() async throws {
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let recorder = SlowRecorder(recordGate: gate)
        let harness = harness(recorder)
        let transcript = try await harness.ask(harness.request(policy: policy))
        #expect(transcript.record?.outcome == .ok && transcript.record?.error == nil)
        #expect(recorder.inner.calls.isEmpty)
        opening.yield()
        await harness.jobs.runAll()
        #expect(recorder.inner.calls.map(\.outcome) == [.ok])
    }

    @Test("a request whose reservation takes longer than it has ends in time, sends nothing, and is recorded")
    func slowReservation() async throws {
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let recorder = SlowRecorder(reserveGate: gate)
        let harness = harness(recorder)
        let transcript = try await harness.ask(harness.request(policy: policy))
        #expect(transcript.record?.outcome == .timeoutTotal && transcript.attempts.isEmpty)
        #expect(recorder.inner.calls.map(\.outcome) == [.timeoutTotal])
        opening.yield()
        await harness.jobs.runAll()
        #expect(recorder.inner.intents.count == 1, "the store finishes what it began")
    }

    private var policy: AskPolicy {
        var policy = AskPolicy()
        policy.limits.total = .milliseconds(300)
        return policy
    }

    private func harness(_ recorder: SlowRecorder) -> ServiceHarness {
        var harness = ServiceHarness(["openai": [.text("hi")]])
        harness.service = LLMService(
            configuration: harness.service.configuration, tables: harness.tables, recorder: recorder,
            background: BackgroundWork { [jobs = harness.jobs] in jobs.add($0) }, time: .live, jitter: { 0.5 },
            logger: ServiceHarness.quietLogger)
        return harness
    }
}

/// A recorder on a disk that answers only when a gate opens.
private struct SlowRecorder: CallRecorder {
    let inner = InMemoryCallRecorder()
    var reserveGate: AsyncStream<Void>?
    var recordGate: AsyncStream<Void>?

    func reserve(_ intent: AttemptIntent) async throws {
        await pass(reserveGate)
        try await inner.reserve(intent)
    }

    func record(_ call: CallRecord) async throws {
        await pass(recordGate)
        try await inner.record(call)
    }

    private func pass(_ gate: AsyncStream<Void>?) async {
        guard let gate else { return }
        for await _ in gate { break }
    }
}
