/// Dates as providers write them in headers, as microseconds since 1970.
public enum WireInstant {
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// RFC 3339: `2026-08-19T14:34:57Z`, with a fraction or an offset where present.
    public static func rfc3339(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[13] == 0x3A, bytes[16] == 0x3A,
            [0x54, 0x74, 0x20].contains(bytes[10]), let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19])
        else { return nil }
        var index = 19
        var micros: Int64 = 0
        if bytes[index] == 0x2E {
            let digits = bytes[(index + 1)...].prefix { (0x30...0x39).contains($0) }
            let kept = digits.prefix(6)
            guard let fraction = number(kept) else { return nil }
            micros = (kept.count..<6).reduce(fraction) { value, _ in value * 10 }
            index += 1 + digits.count
        }
        guard let offset = offset(bytes[index...]),
            let seconds = epochSeconds(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        return (seconds - offset) * 1_000_000 + micros
    }

    /// The date of HTTP's headers: `Wed, 19 Aug 2026 14:34:11 GMT`.
    public static func httpDate(_ text: String) -> Int64? {
        let words = text.split { $0 == " " || $0 == "," || $0 == ":" || $0 == "-" }
        guard words.count == 8, words[7] == "GMT" || words[7] == "UTC", let day = Int64(words[1]),
            let month = months.firstIndex(of: words[2].lowercased()), let year = Int64(words[3]),
            let hour = Int64(words[4]), let minute = Int64(words[5]), let second = Int64(words[6]),
            let seconds = epochSeconds(
                year: year, month: Int64(month) + 1, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        return seconds * 1_000_000
    }

    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let sign = bytes.first else { return nil }
        if sign == 0x5A || sign == 0x7A { return bytes.count == 1 ? 0 : nil }
        let rest = Array(bytes.dropFirst())
        guard sign == 0x2B || sign == 0x2D, rest.count == 5, rest[2] == 0x3A, let hours = number(rest[0..<2]),
            let minutes = number(rest[3..<5])
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (sign == 0x2D ? -1 : 1)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Days from civil, after Howard Hinnant.
    static func epochSeconds(
        year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64
    ) -> Int64? {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), (0..<24).contains(hour),
            (0..<60).contains(minute), (0...60).contains(second)
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return days * 86_400 + hour * 3_600 + minute * 60 + second
    }
}
