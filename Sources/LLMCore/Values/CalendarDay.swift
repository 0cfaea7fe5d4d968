/// A day of the proleptic Gregorian calendar, which begins at midnight UTC.
public struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let year: Int
    public let month: Int
    public let day: Int

    static let microseconds: Int64 = 86_400_000_000

    /// `nil` for a day that does not exist, and outside the years 0 to 9999, which dates are written in.
    public init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month),
            (1...CalendarDay.length(of: month, in: year)).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `2026-08-21`; `nil` for anything else, and for a day that does not exist.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day that an instant (microseconds since 1970) belongs to.
    public init(containing microseconds: Int64) {
        let days = microseconds / Self.microseconds - (microseconds % Self.microseconds < 0 ? 1 : 0)
        // Days to civil date by eras of 400 years (H. Hinnant, "chrono-compatible low-level date algorithms").
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Midnight UTC at its start, in microseconds since 1970.
    public var microseconds: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468) * Self.microseconds
    }

    /// `2026-08-21`.
    public var description: String { "\(Digits.padded(year, 4))-\(Digits.padded(month, 2))-\(Digits.padded(day, 2))" }

    public static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// The number of a month, from 1, by its English name or abbreviation in any letter case.
    package static func month(named name: some StringProtocol) -> Int? {
        let name = name.lowercased()
        let index =
            months.firstIndex { $0 == name || name.utf8.count == 3 && $0.hasPrefix(name) } ?? (name == "sept" ? 8 : nil)
        return index.map { $0 + 1 }
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// A time of day in UTC, to the second.
struct ClockTime: Sendable, Hashable, CustomStringConvertible {
    /// Since midnight.
    var seconds: Int

    /// The time of day of an instant (microseconds since 1970).
    init(of microseconds: Int64) {
        seconds = Int((microseconds - CalendarDay(containing: microseconds).microseconds) / 1_000_000)
    }

    /// `nil` for a time that does not exist; the 60th second is a leap second's.
    init?(hour: Int, minute: Int, second: Int) {
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second) else { return nil }
        seconds = hour * 3_600 + minute * 60 + second
    }

    /// `19:13:05`.
    var description: String {
        [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { Digits.padded($0, 2) }.joined(separator: ":")
    }
}

/// Decimal digits of a fixed width.
enum Digits {
    /// A number with zeros in front up to `width` digits.
    static func padded(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
