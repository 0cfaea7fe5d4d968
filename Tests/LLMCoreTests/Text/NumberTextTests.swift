import LLMCore
import Testing

@Suite("Numbers as people read them", .timeLimit(.minutes(2))) struct NumberTextTests {
    @Test(
        "a number has exactly the places asked for",
        arguments: [
            (12.5, 2, "12.50"), (0.005, 2, "0.01"), (-0.001, 2, "0.00"), (-1.25, 1, "−1.3"), (1_234_567, 0, "1234567"),
            (.infinity, 1, "∞"), (-.infinity, 1, "−∞"), (.nan, 1, "–"), (0.07, 1, "0.1"),
        ] as [(Double, Int, String)])
    func fixed(value: Double, decimals: Int, text: String) {
        #expect(NumberText.fixed(value, decimals) == text)
    }

    @Test(
        "significant digits never cut an integer",
        arguments: [(0.012345, "0.0123"), (1.2345, "1.23"), (12.345, "12.3"), (1_234.5, "1235"), (0, "0")]
            as [(Double, String)])
    func significant(value: Double, text: String) {
        #expect(NumberText.significant(value, 3) == text)
    }

    @Test(
        "thousands are set apart",
        arguments: [(0, "0"), (999, "999"), (1_800, "1\u{202F}800"), (-1_234_567, "−1\u{202F}234\u{202F}567")])
    func count(value: Int, text: String) {
        #expect(NumberText.count(value) == text)
    }

    @Test(
        "a duration takes the unit that suits it",
        arguments: [
            (0, "0 ms"), (0.0421, "42 µs"), (8.25, "8.3 ms"), (640.4, "640 ms"), (2_134, "2.13 s"), (64_200, "64.2 s"),
            (130_400, "2 min 10 s"), (300_000, "5 min"), (.infinity, "∞"),
        ] as [(Double, String)])
    func duration(value: Double, text: String) {
        #expect(NumberText.duration(milliseconds: value).split(separator: "\u{A0}").joined(separator: " ") == text)
    }

    @Test(
        "dollars keep what is small",
        arguments: [
            (0, "$0"), (1.374, "$1.37"), (0.00112, "$0.00112"), (0.5, "$0.500"), (12, "$12"), (-0.25, "−$0.250"),
            (.infinity, "$∞"),
        ] as [(Double, String)])
    func dollars(value: Double, text: String) {
        #expect(NumberText.dollars(value) == text)
    }

    @Test(
        "a time is printed in UTC",
        arguments: [
            (0, "1970-01-01 00:00:00 UTC"), (1_795_374_785_123_456, "2026-11-22 19:13:05 UTC"),
            (951_782_400_000_000, "2000-02-29 00:00:00 UTC"),
        ] as [(Int64, String)])
    func timestamp(microseconds: Int64, text: String) {
        #expect(NumberText.timestamp(microseconds: microseconds) == text)
    }

    @Test(
        "what is not certain does not read as certain",
        arguments: [
            (0.9, "90\u{A0}%"), (0.99, "99\u{A0}%"), (0.9901, ">\u{A0}99\u{A0}%"), (0.9999, ">\u{A0}99\u{A0}%"),
            (1, ">\u{A0}99\u{A0}%"), (0, "0\u{A0}%"),
        ] as [(Double, String)])
    func confidence(share: Double, text: String) { #expect(NumberText.confidence(share) == text) }

    @Test(
        "how far an instant is, in two units, rounded up ahead and down behind",
        arguments: [
            (0, "now"), (1, "in 1 s"), (-999_999, "now"), (41_200_000, "in 42 s"), (60_000_000, "in 1 min"),
            (200_000_000, "in 3 min 20 s"), (-7_500_000_000, "2 h 5 min ago"), (97_200_000_000, "in 1 d 3 h"),
            (86_430_000_000, "in 1 d"),
        ] as [(Int64, String)])
    func relative(microseconds: Int64, text: String) {
        let now: Int64 = 1_795_374_785_000_000
        #expect(NumberText.relative(now + microseconds, to: now) == text)
    }
}
