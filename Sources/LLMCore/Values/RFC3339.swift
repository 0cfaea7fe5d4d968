import Synchronization

/// Instants as RFC 3339 writes them: `2026-08-19T14:34:57Z`. In microseconds since 1970.
package enum RFC3339 {
    /// An instant in UTC, with `decimals` (0 to 6) places of a second, the rest cut off: `2026-08-19T14:34:57.250Z`.
    package static func text(_ microseconds: Int64, decimals: Int = 0) -> String {
        let day = CalendarDay(containing: microseconds)
        let fraction = Digits.padded(Int((microseconds - day.microseconds) % 1_000_000), 6).prefix(decimals)
        return "\(day)T\(ClockTime(of: microseconds))\(fraction.isEmpty ? "" : ".")\(fraction)Z"
    }

    /// Reads an instant from 1970 on, with a fraction or an offset where present; `nil` for anything else. Digits beyond the
    /// microsecond are cut off.
    package static func microseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[13] == 0x3A, bytes[16] == 0x3A,
            [0x54, 0x74, 0x20].contains(bytes[10]), let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]),
            let start = instant(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if bytes[index] == 0x2E {
            let digits = bytes[(index + 1)...].prefix { (0x30...0x39).contains($0) }
            let kept = digits.prefix(6)
            guard let read = number(kept) else { return nil }
            fraction = (kept.count..<6).reduce(Int64(read)) { value, _ in value * 10 }
            index += 1 + digits.count
        }
        guard let offset = offset(bytes[index...]) else { return nil }
        return start + fraction - offset
    }

    /// An instant in UTC; `nil` before 1970, and for a day or time that does not exist.
    fileprivate static func instant(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int
    ) -> Int64? {
        guard year >= 1970, let date = CalendarDay(year: year, month: month, day: day),
            let time = ClockTime(hour: hour, minute: minute, second: second)
        else { return nil }
        return date.microseconds + Int64(time.seconds) * 1_000_000
    }

    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let sign = bytes.first else { return nil }
        if sign == 0x5A || sign == 0x7A { return bytes.count == 1 ? 0 : nil }
        let rest = Array(bytes.dropFirst())
        guard sign == 0x2B || sign == 0x2D, rest.count == 5, rest[2] == 0x3A, let hours = number(rest[0..<2]),
            let minutes = number(rest[3..<5])
        else { return nil }
        return Int64(hours * 3_600 + minutes * 60) * (sign == 0x2D ? -1_000_000 : 1_000_000)
    }

    /// At most six digits.
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}

/// The date of HTTP's headers: `Wed, 19 Aug 2026 14:34:11 GMT`.
package enum HTTPDate {
    /// Reads an instant from 1970 on, in microseconds since then; `nil` for anything else.
    package static func microseconds(_ text: String) -> Int64? {
        // Responses of one second carry one text.
        if let known = last.withLock({ $0.text == text ? $0 : nil }) { return known.instant }
        let instant = read(text)
        last.withLock { $0 = Reading(text: text, instant: instant) }
        return instant
    }

    private struct Reading {
        var text = ""
        var instant: Int64?
    }
    private static let last = Mutex(Reading())

    private static func read(_ text: String) -> Int64? {
        // By bytes: every response has such a date, and characters take ten times as long.
        let words = text.utf8.split { byte in
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "-"): true
            default: false
            }
        }.map { Substring($0) }
        guard words.count == 8, words[7] == "GMT" || words[7] == "UTC", let day = Int(words[1]),
            let month = CalendarDay.month(named: words[2]), let year = Int(words[3]), let hour = Int(words[4]),
            let minute = Int(words[5]), let second = Int(words[6])
        else { return nil }
        return RFC3339.instant(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }
}
