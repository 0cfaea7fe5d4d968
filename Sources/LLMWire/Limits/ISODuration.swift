/// Durations of ISO 8601: `PT30S`, `PT1M30.5S`, `P1DT2H`, `P2W`.
enum ISODuration {
    private static let days: [Character: Double] = ["W": 604_800, "D": 86_400, "M": 2_592_000, "Y": 31_536_000]
    private static let times: [Character: Double] = ["H": 3_600, "M": 60, "S": 1]

    /// To the nanosecond; `nil` for anything else, and for more than a century.
    static func parse(_ text: String) -> Duration? {
        var rest = text.uppercased()[...]
        guard rest.popFirst() == "P", !rest.isEmpty, rest != "T" else { return nil }
        var units = days
        var seconds = 0.0
        while let first = rest.first {
            if first == "T" {
                units = times
                rest.removeFirst()
                continue
            }
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") }
            rest = rest.dropFirst(number.count)
            guard let amount = Double(String(number.map { $0 == "," ? "." : $0 })), let unit = rest.popFirst(),
                let length = units[unit]
            else { return nil }
            seconds += amount * length
        }
        guard seconds >= 0, seconds < 4e9 else { return nil }
        return .nanoseconds(Int64((seconds * 1e9).rounded()))
    }
}
