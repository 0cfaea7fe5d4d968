import LLMCore
import Testing

@Suite("Exact decimals", .timeLimit(.minutes(2)))
struct ExactDecimalTests {
    @Test(
        "a literal keeps its value",
        arguments: [
            ("0.0375", "0.0375"), ("3.7e-08", "0.000000037"), ("1E2", "100"), ("1.50", "1.5"), ("-0.10", "-0.1"),
            ("2.9999900000000002e-06", "0.0000029999900000000002"), ("0", "0"), ("10", "10"), ("12.5e1", "125"),
        ])
    func literals(text: String, value: String) { #expect(ExactDecimal(text)?.description == value) }

    @Test("anything else is refused", arguments: ["", "-", ".5", "1.", "1e", "1e999", "x", "1,5", " 1", "٣", "0x1"])
    func refused(text: String) { #expect(ExactDecimal(text) == nil) }

    @Test("sums and products are exact")
    func arithmetic() throws {
        let tenth = try #require(ExactDecimal("0.1"))
        let fifth = try #require(ExactDecimal("0.2"))
        #expect(tenth.plus(fifth) == ExactDecimal("0.3"))
        #expect(tenth.times(fifth) == ExactDecimal("0.02"))
        #expect(tenth < fifth)
    }

    @Test("overflow is nil, not a wrong number")
    func overflow() throws {
        let large = try #require(ExactDecimal("99999999999999999999999999999999999999"))
        #expect(large.times(large) == nil)
        #expect(
            large.plus(large) == ExactDecimal("199999999999999999999999999999999999998") || large.plus(large) == nil)
        #expect(USD(rounding: large) == nil)
    }

    @Test(
        "money is rounded once, to the nearest pico-dollar",
        arguments: [
            ("0.0000000000004", "0"), ("0.0000000000005", "0.000000000001"), ("-0.0000000000005", "-0.000000000001"),
            ("1.25", "1.25"), ("0.1234567890125", "0.123456789013"),
        ])
    func rounding(text: String, usd: String) throws {
        #expect(USD(rounding: try #require(ExactDecimal(text)))?.description == usd)
    }
}
