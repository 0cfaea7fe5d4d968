import LLMCore
import Testing

@testable import LLMWire

@Suite("Times of day at which a limit ends", .timeLimit(.minutes(1)))
struct WordedClockTests {
    /// 2026-11-30 at 00:00 UTC, a Monday.
    private static let now: Int64 = 1_795_996_800_000_000

    private static func wait(_ text: String) -> Double? {
        ErrorShape.openai.classify(text, status: 429, now: now).limits?.retryAfter?.milliseconds
    }

    @Test(
        "are waits until they come, in the zone that they name",
        arguments: [
            ("3am (America/New_York)", 28_800.0), ("14:00 UTC", 50_400), ("8pm", 72_000), ("9:30 AM", 34_200),
            ("1pm (Etc/GMT+5)", 64_800), ("1:30am (Asia/Dhaka)", 70_200), ("6:30 p.m. IST", 46_800),
            ("midnight PST", 28_800), ("noon", 43_200), ("tomorrow at 9am", 118_800), ("Thursday at 9am", 291_600),
            ("Wednesday", 172_800), ("Mon 10:00 UTC", 36_000), ("Dec 5 at 9am", 464_400),
            ("Dec 5, 9am (America/New_York)", 482_400), ("0:00 Asia/Shanghai", 57_600), ("10:00 UTC+2", 28_800),
            ("9am (America/Argentina/Buenos_Aires)", 43_200), ("14:00:30 GMT", 50_430), ("20h", 72_000),
        ])
    func clocks(time: String, seconds: Double) {
        for template in [
            "Usage limit reached, resets %", "Limit reached. Try again at %.", "Your limit will reset at %",
            "Quota used up until %", "You've hit your limit · resets %",
        ] {
            let text = template.replacing("%", with: time)
            #expect(Self.wait(text) == seconds * 1_000, "\(text)")
        }
    }

    @Test(
        "other times in a sentence are none",
        arguments: [
            "Request failed at 10:30:15: rate limited, try again", "Current time is 14:00, retry later",
            "limit since 2026-11-29 10:30, please retry", "12:30 is the ratio, please retry",
            "usage limit reached, it was reset Nov 29 at 9pm", "the limit is 5 per user", "rate limited at 9 requests",
        ])
    func others(text: String) { #expect(Self.wait(text) == nil) }

    @Test("a wait that is told beside the time of day is believed")
    func waitFirst() {
        #expect(Self.wait("Limit reached. Try again in 90 seconds, or when it resets at 9am") == 90_000)
    }

    @Test(
        "an instant in seconds or milliseconds since 1970 is read behind its mark",
        arguments: ["1796000400", "1796000400000"])
    func epoch(value: String) {
        for text in [
            "AI usage limit reached|\(value)", "The limit resets at \(value)", "limit reached (resets: \(value))",
        ] {
            #expect(Self.wait(text) == 3_600_000, "\(text)")
        }
        #expect(Self.wait("limit reached for request \(value)") == nil)
    }
}
