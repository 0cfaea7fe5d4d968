import LLMCore
import TestSupport
import Testing

@Suite("Calendar days and instants", .timeLimit(.minutes(1)))
struct CalendarTests {
    @Test(
        "days and instants agree",
        arguments: [
            ("1970-01-01", 0), ("2026-11-22", 1_795_305_600), ("2024-02-29", 1_709_164_800), ("1969-12-31", -86400),
        ])
    func days(text: String, seconds: Int64) throws {
        let day = try #require(CalendarDay(text))
        #expect(day.microseconds == seconds * 1_000_000)
        #expect(CalendarDay(containing: day.microseconds) == day)
        #expect(CalendarDay(containing: day.microseconds + 86_399_999_999) == day)
    }

    @Test("days that do not exist are refused", arguments: ["2026-02-29", "2026-13-01", "2026-1-1", "2026-00-10", "x"])
    func noDay(text: String) { #expect(CalendarDay(text) == nil) }

    @Test("every day of four centuries follows the day before")
    func consecutive() throws {
        var day = try #require(CalendarDay("1968-12-31"))
        for _ in 0..<146_097 {
            let next = CalendarDay(containing: day.microseconds + 86_400_000_000)
            #expect(day < next && CalendarDay(next.description) == next)
            day = next
        }
        #expect(day.description == "2368-12-31")
    }

    @Test(
        "months go by name and abbreviation, in any letter case",
        arguments: [("jan", 1), ("September", 9), ("SEPT", 9), ("dec", 12), ("janu", nil), ("", nil)])
    func months(name: String, number: Int?) {
        #expect(CalendarDay.month(named: name) == number)
    }

    @Test(
        "instants are written in RFC 3339",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_379_771, "2026-11-22T20:36:11Z"), (-1, "1969-12-31T23:59:59Z"),
        ])
    func instants(seconds: Int64, text: String) {
        #expect(RFC3339.text(seconds * 1_000_000) == text)
    }

    @Test("fractions of a second are cut off")
    func fractions() {
        #expect(RFC3339.text(1_795_374_785_045_678, decimals: 3) == "2026-11-22T19:13:05.045Z")
        #expect(RFC3339.text(0, decimals: 3) == "1970-01-01T00:00:00.000Z")
    }

    @Test(
        "dates of headers become microseconds",
        arguments: [
            ("2026-08-19T14:34:57Z", Int64(1_787_150_097_000_000)), ("1970-01-01T00:00:00Z", 0),
            ("2024-02-29T23:59:59.250Z", 1_709_251_199_250_000), ("2026-08-19T16:34:57+02:00", 1_787_150_097_000_000),
            ("2000-03-01T00:00:00-00:30", 951_870_600_000_000), ("1970-01-01T00:00:00.1234567Z", 123_456),
        ])
    func rfc3339(text: String, micros: Int64) {
        #expect(RFC3339.microseconds(text) == micros)
    }

    @Test("HTTP dates become microseconds")
    func httpDates() {
        #expect(HTTPDate.microseconds("Wed, 19 Aug 2026 14:34:57 GMT") == 1_787_150_097_000_000)
        #expect(HTTPDate.microseconds("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
    }

    @Test(
        "what is no date is none",
        arguments: [
            "", "2026-08-19", "2026-13-19T14:34:57Z", "2026-08-19T24:34:57Z", "2026-08-19T14:34:57",
            "2026-08-19T14:34:57.Z", "x026-08-19T14:34:57Z", "2026-02-29T00:00:00Z", "1969-12-31T23:59:59Z",
            "0001-01-01T00:00:00Z",
        ])
    func notDates(text: String) {
        #expect(RFC3339.microseconds(text) == nil)
        #expect(HTTPDate.microseconds(text) == nil)
    }

    @Test("what is written is read back", arguments: [0, 1, 951_782_400_250_000, 1_795_374_785_045_678] as [Int64])
    func roundTrip(instant: Int64) {
        #expect(RFC3339.microseconds(RFC3339.text(instant, decimals: 6)) == instant)
    }
}
