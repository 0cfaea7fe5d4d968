import LLMCore

// The writing half of `GoDuration`, for rate-limit headers.
extension GoDuration {
    public static func text(_ duration: Duration) -> String {
        let milliseconds = max(0, Int(duration.milliseconds.rounded()))
        guard milliseconds > 0 else { return "0s" }
        guard milliseconds >= 1_000 else { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1_000
        var text = ""
        if seconds >= 3_600 { text += "\(seconds / 3_600)h" }
        if seconds >= 60 { text += "\(seconds / 60 % 60)m" }
        var fraction = String(milliseconds % 1_000 + 1_000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        text += "\(seconds % 60)"
        return text + (fraction.isEmpty ? "" : ".\(fraction)") + "s"
    }
}

/// Instants as RFC 3339 in UTC, to the second: `2026-11-22T18:54:12Z`.
public enum RFC3339 {
    /// - Parameter seconds: Since 1970.
    public static func text(_ seconds: Int64) -> String {
        let days = Int(floorDivide(seconds, 86_400))
        let inDay = Int(seconds - Int64(days) * 86_400)
        let date = civil(days)
        return
            "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))T\(pad(inDay / 3_600, 2)):\(pad(inDay / 60 % 60, 2)):\(pad(inDay % 60, 2))Z"
    }

    private static func floorDivide(_ left: Int64, _ right: Int64) -> Int64 {
        left >= 0 ? left / right : -((-left + right - 1) / right)
    }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// Days since 1970 to a date of the proleptic Gregorian calendar (Hinnant's `civil_from_days`).
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
