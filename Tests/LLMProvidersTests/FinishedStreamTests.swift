import LLMCore
import TestSupport
import Testing

@testable import LLMProviders

@Suite("Streams that have said how they finished", .timeLimit(.minutes(1)))
struct FinishedStreamTests {
    private static let answer = Wire.streamHead + Wire.role + Wire.delta("Hel") + Wire.delta("lo")

    @Test(
        "with a finish word the answer is whole, however the connection ends",
        arguments: [
            ("cleanly", [ScriptedServer.Step.send(answer + Wire.finish + Wire.streamEnd)]),
            ("in the middle of its framing", [.send(answer + Wire.finish), .close]),
            ("by a reset", [.send(answer + Wire.finish), .pause(.milliseconds(50)), .reset]),
        ])
    func whole(name: String, steps: [ScriptedServer.Step]) async throws {
        let report = try #require(try await Calls.ask { _ in steps }.report)
        #expect(report.outcome == .ok, "\(String(describing: report.failure))")
        #expect(report.usage?.tokens.outputTokens == 2)
    }

    @Test(
        "without one it is cut, however the connection ends",
        arguments: [
            ("cleanly", [ScriptedServer.Step.send(answer + Wire.streamEnd)]),
            ("in the middle of its framing", [.send(answer), .close]),
            ("by a reset", [.send(answer), .pause(.milliseconds(50)), .reset]),
        ])
    func cut(name: String, steps: [ScriptedServer.Step]) async throws {
        let report = try #require(try await Calls.ask { _ in steps }.report)
        #expect(report.outcome != .ok)
    }

    @Test("a server that forgets the marker and stays silent is not waited for as long as a silent model")
    func silent() async throws {
        let deadline = Calls.deadline(idle: .milliseconds(300))
        let report = try #require(
            try await Calls.ask(Calls.call(deadline: deadline)) { _ in
                [.send(Self.answer + Wire.finish), .pause(.seconds(20))]
            }.report)
        #expect(report.outcome == .ok)
        #expect(report.timings.end < .seconds(5))
    }

    @Test("the wait for a marker is bounded, whatever silence is allowed")
    func boundedWait() {
        let start = ContinuousClock.now
        let limits = Deadline(
            connect: .seconds(1), firstToken: .seconds(60), idle: .seconds(60), total: start + .seconds(900))
        var progress = AttemptProgress(deadline: limits, isStream: true, sentAt: start)
        progress.wrote(connectionOpened: nil)
        progress.receivedHead(at: start)
        progress.received([.text("Hi")][...], at: start)
        #expect(progress.nextDeadline.instant == start + .seconds(60))
        progress.isFinished = true
        #expect(progress.nextDeadline.instant == start + AttemptProgress.endMarkerGrace)
    }
}
