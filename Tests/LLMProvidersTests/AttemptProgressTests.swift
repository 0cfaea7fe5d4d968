import LLMCore
import Testing

@testable import LLMProviders

@Suite("Instants of an attempt", .timeLimit(.minutes(2)))
struct AttemptProgressTests {
    private let sentAt = ContinuousClock.now

    private func timings(isStream: Bool, _ reads: KeyValuePairs<Int, [ChatEvent]>) -> AttemptTimings {
        let limits = TimeLimits(total: .seconds(60))
        var progress = AttemptProgress(
            deadline: limits.deadline(from: sentAt), isStream: isStream, sentAt: sentAt)
        for (milliseconds, events) in reads { progress.received(events[...], at: sentAt + .milliseconds(milliseconds)) }
        return progress.timings(end: nil)
    }

    @Test("a stream's first chunk may come before its first token, and every silence after that is kept in order")
    func stream() {
        let timings = timings(
            isStream: true,
            [
                5: [.raw(dialect: .openai, bytes: [])], 10: [.started(responseID: "a", servedModel: nil)],
                30: [.text("a"), .text("b")], 70: [.text("c")],
            ])
        #expect(timings.firstChunk == .milliseconds(10))
        #expect(timings.firstToken == .milliseconds(30))
        #expect(timings.gaps == [.zero, .milliseconds(40)])
        #expect(timings.gapCount == 2)
    }

    @Test("an answer that comes whole has no chunks")
    func whole() {
        let timings = timings(isStream: false, [10: [.started(responseID: "a", servedModel: nil), .text("a")]])
        #expect(timings.firstChunk == nil)
        #expect(timings.gaps.isEmpty)
    }
}
