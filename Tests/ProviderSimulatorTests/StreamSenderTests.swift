import HTTPTypes
import Hummingbird
import LLMCore
import LLMWire
import NIOCore
import NIOEmbedded
import Synchronization
import TestSupport
import Testing

@testable import ProviderSimulator

@Suite("sender of a stream", .timeLimit(.minutes(1)))
struct StreamSenderTests {
    /// A write of a stream: its instant, and the events that left with it.
    private struct Write: Sendable, Hashable {
        var at: Duration
        var events: Int
    }

    private final class Log: Sendable {
        let writes = Mutex<[Write]>([])
    }

    private struct Recorder: ResponseBodyWriter {
        let clock: ManualClock
        let log: Log

        mutating func write(_ buffer: ByteBuffer) async throws {
            let events = String(buffer: buffer).split(separator: "data: ").count { $0.contains("\"content\":\" ") }
            log.writes.withLock { $0.append(Write(at: clock.elapsed, events: events)) }
        }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    /// The writes of `bench-41-chunks-100-per-second`.
    private func writes(timeScale: Double) async throws -> [Write] {
        let clock = ManualClock()
        let log = Log()
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1))
        let model = try #require(BenchModel("bench-41-chunks-100-per-second"))
        let head = AnswerHead(id: "a", model: "m", createdAt: 0, requestID: "r")
        var sender = StreamSender(
            plan: model.plan(head: head, inputTokens: 1, timeScale: timeScale), flavour: .xaiChat, includeUsage: false,
            asArray: false, effect: FaultEffect(), stamps: false, origin: clock.now, timeScale: timeScale,
            pause: Pause(time: clock.source, channel: channel), model: "m")
        var writer: any ResponseBodyWriter = Recorder(clock: clock, log: log)
        let ending = try await sender.run(&writer)
        try await sender.finish(&writer)
        try await channel.close()
        #expect(ending == .whole)
        return log.writes.withLock { $0 }
    }

    @Test("at a provider's own pace each piece leaves at its instant")
    func paced() async throws {
        let writes = try await writes(timeScale: 1).filter { $0.events > 0 }
        #expect(writes == (0...40).map { Write(at: .milliseconds(10 * $0), events: 1) })
    }

    @Test(
        "of scaled waits the first piece leaves at its instant, and the others together, none early and none late by more than the grain"
    )
    func gathered() async throws {
        let writes = try await writes(timeScale: 0.05).filter { $0.events > 0 }
        #expect(writes.first == Write(at: .zero, events: 1) && writes.count <= 12, "\(writes)")
        var sent = 0
        for write in writes {
            let due = Duration.microseconds(500)
            sent += write.events
            #expect(
                write.at >= due * (sent - 1) && write.at <= due * (sent - write.events) + Pacer.scaledGrain, "\(writes)"
            )
        }
        #expect(sent == 41 && writes.last.map { $0.at <= .milliseconds(20) + Pacer.scaledGrain } == true, "\(writes)")
    }
}
