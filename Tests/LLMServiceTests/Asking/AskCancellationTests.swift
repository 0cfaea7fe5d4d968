import LLMCore
import LLMService
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct AskCancellationTests {
    @Test("cancelling in the middle of a stream throws, and the attempt is still written down")
    func midStream() async throws {
        let harness = ServiceHarness(["openai": [.hanging(after: "some text")]])
        let (reached, arrival) = AsyncStream<Void>.makeStream()
        let request = harness.request()
        let task = Task {
            for try await event in harness.service.ask(request) {
                if case .text = event { arrival.yield() }
            }
        }
        for await _ in reached { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(harness.recorder.calls.isEmpty)

        await harness.jobs.runAll()
        let record = try #require(harness.recorder.calls.first)
        #expect(record.outcome == .cancelled)
        #expect(record.answer.text == "some text")
        #expect(record.attempts.map(\.report.outcome) == [.cancelled])
        #expect(record.attempts.first?.report.answerCharacters == 9)
        #expect(record.cost == nil)
    }

    @Test("a caller who stops reading leaves a record behind")
    func walkedAway() async throws {
        let harness = ServiceHarness(["openai": [.hanging(after: "some", " text")]])
        reading: for try await event in harness.service.ask(harness.request()) {
            if case .text = event { break reading }
        }
        await harness.jobs.runAll()
        let record = try #require(harness.recorder.calls.first)
        #expect(record.outcome == .cancelled)
        #expect(record.answer.text == "some")
    }

    @Test("a call that ended is recorded once, whether or not its stream is read to the end")
    func recordedOnce() async throws {
        let harness = ServiceHarness(["openai": [.text("hi")]])
        reading: for try await event in harness.service.ask(harness.request()) {
            if case .ended = event { break reading }
        }
        await harness.jobs.runAll()
        #expect(harness.recorder.calls.count == 1)
    }

    @Test("cancelling before the first pull sends and records nothing")
    func beforeStart() async throws {
        let harness = ServiceHarness(["openai": [.text("hi")]])
        let request = harness.request()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            for try await _ in harness.service.ask(request) {}
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        await harness.jobs.runAll()
        #expect(harness.recorder.calls.isEmpty)
        #expect(harness.clients.first?.calls.isEmpty == true)
    }

    @Test("a client that breaks its contract and reports nothing counts as a truncated stream")
    func noReport() async throws {
        let clock = ManualClock()
        let harness = ServiceHarness(clock: clock, clients: [])
        let service = LLMService(
            configuration: ServiceConfiguration(targets: [
                ProviderTarget(
                    client: SilentClient(), defaultModel: ModelID(provider: "silent", name: "m"))
            ]), tables: FixedTables(), recorder: harness.recorder, background: BackgroundWork { _ in },
            time: clock.source, jitter: { 0 }, logger: ServiceHarness.quietLogger)
        var policy = AskPolicy()
        policy.retries = 0
        var last: CallRecord?
        for try await event in service.ask(harness.request(policy: policy)) {
            if case .ended(let record) = event { last = record }
        }
        #expect(last?.outcome == .streamTruncated)
    }
}

/// Ends every stream without a report.
private struct SilentClient: ModelClient {
    let provider: ProviderID = "silent"
    let endpoint = "https://silent.test"
    let simulated = false
    func open(_ call: ModelCall) -> ChatStream { ChatStream(AsyncThrowingStream { $0.finish() }) }
}
