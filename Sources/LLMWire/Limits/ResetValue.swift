import LLMCore

/// One value of a header or a field that says when a limit ends: a wait or a point in time, in whatever form a provider gives it.
enum ResetValue {
    /// The unit of a plain number that is too small for a date.
    enum Unit: Sendable {
        case seconds, milliseconds
    }

    /// From here on a number is a date and no wait: 10⁹ seconds are 31 years.
    private static let firstDate = 1e9

    /// The wait in any value of a header that was sent, the longest where several differ.
    static func wait(_ values: [String], now: Int64?, unit: Unit = .seconds) -> Duration? {
        values.compactMap { wait($0, now: now, unit: unit) }.max()
    }

    /// The wait until the reset; a date gone by is no wait.
    ///
    /// - Parameter now: Wall clock in microseconds since 1970; without it a date is unknown.
    static func wait(_ text: String, now: Int64?, unit: Unit = .seconds) -> Duration? {
        read(text, now: now, unit: unit).map { min($0, utmost) }
    }

    /// Ten years: no wait is longer, and no sum with it overflows.
    private static let utmost = Duration.seconds(315_360_000)

    private static func read(_ text: String, now: Int64?, unit: Unit) -> Duration? {
        let text = text.trimmed
        if let found = single(text, now: now, unit: unit) { return found }
        // Sent twice, a proxy may have joined them; the comma inside of an HTTP date parts nothing.
        let parts = text.split(separator: ",").map { String($0).trimmed }
        guard parts.count > 1 else { return nil }
        let dates = stride(from: 0, to: parts.count - 1, by: 2).map { "\(parts[$0]), \(parts[$0 + 1])" }
        return (parts + dates).compactMap { single($0, now: now, unit: unit) }.max()
    }

    /// A whole count, the least where a header was sent with several (`100, 100;w=60`). One below zero says that there is no limit, or
    /// that nobody counts: Azure sends -1 beside good answers.
    static func count(_ values: [String]) -> Int? {
        let parts = values.flatMap { $0.split(separator: ",") }
        return parts.compactMap { part in Int(String(part.prefix { $0 != ";" }).trimmed) }.filter { $0 >= 0 }.min()
    }

    private static func single(_ text: String, now: Int64?, unit: Unit) -> Duration? {
        if let number = plainNumber(text) {
            guard number.value >= firstDate else {
                let exact = unit == .seconds ? GoDuration.seconds(number.text) : GoDuration.milliseconds(number.text)
                return exact ?? .nanoseconds(Int64((number.value * (unit == .seconds ? 1e9 : 1e6)).rounded()))
            }
            return until(date(number.value), now: now)
        }
        if let duration = GoDuration.parse(text) ?? ISODuration.parse(text) { return duration }
        if let date = RFC3339.microseconds(text) ?? HTTPDate.microseconds(text) { return until(date, now: now) }
        let words = MessageWords(text)
        return WordedDate.next(in: words, now: now).flatMap { until($0, now: now) } ?? WordedWait.whole(words)
            ?? WordedWait.longest(in: words)
    }

    /// The number and its digits, without quotes around it; with an exponent as well, as some languages print great ones.
    private static func plainNumber(_ text: String) -> (value: Double, text: String)? {
        let bare = text.trimming { $0 == "\"" || $0 == "'" }
        let isPlain = bare.utf8.allSatisfy { (0x30...0x39).contains($0) || [0x2E, 0x2B, 0x45, 0x65].contains($0) }
        guard isPlain, let value = Double(bare), value.isFinite, value >= 0 else { return nil }
        return (value, bare)
    }

    /// Microseconds since 1970 of a date in seconds, milliseconds, microseconds or nanoseconds.
    private static func date(_ number: Double) -> Int64? {
        let scale: Double =
            switch number {
            case ..<1e12: 1e6
            case ..<1e15: 1e3
            case ..<1e18: 1
            default: 1e-3
            }
        return Int64(exactly: (number * scale).rounded())
    }

    private static func until(_ date: Int64?, now: Int64?) -> Duration? {
        guard let date, let now else { return nil }
        let (wait, overflow) = date.subtractingReportingOverflow(now)
        return overflow ? nil : .microseconds(max(0, wait))
    }
}

extension String {
    /// Without blanks at its ends.
    var trimmed: String { trimming(\.isWhitespace) }

    func trimming(_ isOut: (Character) -> Bool) -> String {
        let tail = drop(while: isOut)
        return String(tail[..<(tail.lastIndex { !isOut($0) }.map(tail.index(after:)) ?? tail.startIndex)])
    }
}
