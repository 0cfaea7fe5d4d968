import LLMCore
import Synchronization
import TestSupport
import Testing

@testable import LLMService

extension OverheadSplit {
    /// The parts that were entered.
    fileprivate var parts: [OverheadClock.Part: Duration] {
        let entered = OverheadClock.Part.allCases.compactMap { part in self[part].map { (part, $0) } }
        return Dictionary(uniqueKeysWithValues: entered)
    }
}

@Suite("Overhead of a request", .timeLimit(.minutes(1)))
struct OverheadClockTests {
    @Test("each moment is one part's, and what is not ours is outside")
    func parts() {
        let start = ContinuousClock.now
        let clock = OverheadClock(at: start)
        clock.enter(.overhead(.planning), at: start + .milliseconds(1))
        clock.enter(.outside, at: start + .milliseconds(3))
        clock.enter(.overhead(.streaming), at: start + .milliseconds(103))
        clock.enter(.overhead(.reading), at: start + .milliseconds(104))
        let split = clock.stop(at: start + .milliseconds(110))
        #expect(
            split.parts == [.reading: .milliseconds(7), .planning: .milliseconds(2), .streaming: .milliseconds(1)])
        #expect(split.total == .milliseconds(10) && split.outside == .milliseconds(100))
    }

    @Test("an instant from before takes nothing back, and after the stop nothing counts")
    func order() {
        let start = ContinuousClock.now
        let clock = OverheadClock(at: start, in: .other)
        clock.enter(.outside, at: start + .milliseconds(5))
        clock.enter(.overhead(.access), at: start + .milliseconds(4))
        let split = clock.stop(at: start + .milliseconds(6))
        #expect(split.parts == [.other: .milliseconds(5), .access: .milliseconds(1)] && split.outside == .zero)
        clock.enter(.outside, at: start + .seconds(9))
        #expect(clock.stop(at: start + .seconds(10)) == split)
    }

    @Test("the service gives its own time to its parts, and the provider's and the limits' to none")
    func service() async throws {
        let time = ManualClock()
        let recorder = InMemoryCallRecorder(
            onReserve: { _ in time.advance(by: .milliseconds(5)) },
            onRecord: { _ in time.advance(by: .milliseconds(3)) })
        let openai = HandClient("openai") { call, pen in
            time.advance(by: .milliseconds(1))
            pen.answer("yes", to: call)
        }
        let harness = ServiceHarness(clock: time, recorder: recorder, clients: [openai])
        let clock = OverheadClock(at: time.now, in: .reading)
        time.advance(by: .milliseconds(2))
        _ = try await OverheadClock.$current.withValue(clock) {
            for try await event in harness.service.ask(harness.request()) {
                // The caller takes its time over each piece.
                clock.enter(.outside, at: time.now)
                if case .text = event { time.advance(by: .seconds(7)) }
            }
        }
        let split = clock.stop(at: time.now)
        #expect(split[.reading] == .milliseconds(2))
        // Opening the client's stream is ours.
        #expect(split[.admission] == .milliseconds(6))
        #expect(split[.recording] == .milliseconds(3))
        #expect(split.outside == .seconds(7))
        #expect(split.total + split.outside == time.elapsed)
    }

    @Test("behind a cache a call's overhead is that of the request that made it, and of no follower")
    func shared() async throws {
        let time = ManualClock()
        let recorder = InMemoryCallRecorder(
            onReserve: { _ in time.advance(by: .milliseconds(5)) },
            // The follower's record takes no time: its clock is the leader's, too.
            onRecord: { if $0.id.rawValue == "leader" { time.advance(by: .milliseconds(3)) } })
        let pens = Mutex<[(ModelCall, HandClient.Pen)]>([])
        let client = HandClient("openai") { call, pen in pens.withLock { $0.append((call, pen)) } }
        let storage = InMemoryCacheStorage()
        let splits = try await withBackground { background in
            let target = ProviderTarget(client: client, defaultModel: ModelID(provider: "openai", name: "gpt-5"))
            let asker = LLMService(
                configuration: ServiceConfiguration(targets: [target]), tables: FixedTables(), recorder: recorder,
                background: background, time: time.source, jitter: { 0.5 }, logger: ServiceHarness.quietLogger
            ).cached(by: AnswerCache(storage: storage, time: time.source, logger: ServiceHarness.quietLogger))
            @Sendable func ask(_ id: String) async throws -> OverheadSplit {
                let clock = OverheadClock(at: time.now, in: .reading)
                let request = AskRequest(
                    id: CallID(rawValue: id), model: .auto, chat: ServiceHarness.question, task: .verification,
                    policy: AskPolicy(retries: 0))
                try await OverheadClock.$current.withValue(clock) {
                    clock.enter(.outside, at: time.now)
                    for try await _ in asker.ask(request) {}
                }
                return clock.stop(at: time.now)
            }
            async let leader = ask("leader")
            try await until { client.calls.count == 1 }
            async let follower = ask("follower")
            try await until { asker.callersUnderWay == 2 }
            for (call, pen) in pens.withLock({ $0 }) { pen.answer("yes", to: call) }
            return try await [leader, follower]
        }
        #expect(splits[0][.admission] == .milliseconds(5) && splits[0][.recording] == .milliseconds(3))
        #expect(splits[1].total == .zero)
    }

    @Test("going back to the phase before undoes nothing that another worker entered meanwhile")
    func leaving() {
        let start = ContinuousClock.now
        let clock = OverheadClock(at: start, in: .planning)
        let before = clock.enter(.overhead(.translation), at: start + .milliseconds(1))
        #expect(before == .overhead(.planning))
        clock.leave(.overhead(.translation), for: before, at: start + .milliseconds(3))
        clock.enter(.overhead(.translation), at: start + .milliseconds(4))
        clock.enter(.overhead(.recording), at: start + .milliseconds(5))
        clock.leave(.overhead(.translation), for: before, at: start + .milliseconds(6))
        let split = clock.stop(at: start + .milliseconds(10))
        #expect(
            split.parts == [.planning: .milliseconds(2), .translation: .milliseconds(3), .recording: .milliseconds(5)])
    }
}
