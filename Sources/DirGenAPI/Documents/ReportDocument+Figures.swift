public import BenchCore
public import LLMCore

extension ReportDocument {
    /// A number of a report as machines read it: dollars as a decimal string, all else as a number, rounded once, so that every format
    /// says the same.
    public enum Amount: Codable, Sendable, Hashable {
        case number(Double)
        case money(USD)

        /// - Returns: `nil` for what is not finite, and for sums that no amount of dollars holds.
        public init?(_ value: Double?, _ unit: ReportMetric.Unit) {
            guard let value, value.isFinite else { return nil }
            switch unit {
            case .milliseconds: self = .number(Self.rounded(value, 1_000))
            case .share, .score, .perSecond: self = .number(Self.rounded(value, 1_000_000))
            case .usd:
                // An estimate: only sums of real amounts are exact.
                guard let amount = USD(estimate: value) else { return nil }
                self = .money(amount)
            }
        }

        /// Milliseconds, to a microsecond.
        static func milliseconds(_ value: Double?) -> Double? { finite(value).map { rounded($0, 1_000) } }

        /// A share, score or speed, to a millionth.
        static func ratio(_ value: Double?) -> Double? { finite(value).map { rounded($0, 1_000_000) } }

        private static func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
        private static func rounded(_ value: Double, _ scale: Double) -> Double { (value * scale).rounded() / scale }

        /// The number as JSON has it, without quotes.
        public var text: String {
            switch self {
            case .number(let value): JSONValue(value).text
            case .money(let value): value.description
            }
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let money = try? container.decode(USD.self) {
                self = .money(money)
            } else {
                self = .number(try container.decode(Double.self))
            }
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let value): try container.encode(value)
            case .money(let value): try container.encode(value)
            }
        }
    }

    /// A value with its 95 % interval and the number of observations behind it. What is infinite is null, with a member that says so.
    public struct Figure: Document {
        public var value: Amount?
        public var low: Amount?
        public var high: Amount?
        public var n: Int
        /// Members that are left out where they are false.
        public var isInfinite: Bool
        public var isLowInfinite: Bool
        public var isHighInfinite: Bool
        /// The reason for a missing value or interval; left out without one.
        public var note: String?

        public init(_ figure: BenchCore.Figure, _ unit: ReportMetric.Unit) {
            value = Amount(figure.value, unit)
            low = Amount(figure.low, unit)
            high = Amount(figure.high, unit)
            n = figure.n
            isInfinite = figure.value == .infinity
            isLowInfinite = figure.low == .infinity
            isHighInfinite = figure.high == .infinity
            note =
                switch figure.gap {
                case .tooFew(let needed)?: "n too small: an interval needs \(needed)"
                case .unpriced?: "unpriced"
                case .noData?, .notApplicable?, nil: nil
                }
        }

        private enum CodingKeys: String, CodingKey {
            case value, low, high, n
            case isInfinite = "infinite"
            case isLowInfinite = "low_infinite"
            case isHighInfinite = "high_infinite"
            case note
        }

        public func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encodeIfPresent(value, forKey: .value)
            try object.encodeIfPresent(low, forKey: .low)
            try object.encodeIfPresent(high, forKey: .high)
            try object.encode(n, forKey: .n)
            if isInfinite { try object.encode(true, forKey: .isInfinite) }
            if isLowInfinite { try object.encode(true, forKey: .isLowInfinite) }
            if isHighInfinite { try object.encode(true, forKey: .isHighInfinite) }
            if let note { try object.encode(note, forKey: .note) }
        }

        public init(from decoder: any Decoder) throws {
            let object = try decoder.container(keyedBy: CodingKeys.self)
            value = try object.decodeIfPresent(Amount.self, forKey: .value)
            low = try object.decodeIfPresent(Amount.self, forKey: .low)
            high = try object.decodeIfPresent(Amount.self, forKey: .high)
            n = try object.decode(Int.self, forKey: .n)
            isInfinite = try object.decodeIfPresent(Bool.self, forKey: .isInfinite) ?? false
            isLowInfinite = try object.decodeIfPresent(Bool.self, forKey: .isLowInfinite) ?? false
            isHighInfinite = try object.decodeIfPresent(Bool.self, forKey: .isHighInfinite) ?? false
            note = try object.decodeIfPresent(String.self, forKey: .note)
        }
    }

    /// Text of a model or a user; `cut` is left out where it is whole.
    public struct Text: Document {
        public var text: String
        /// UTF-8 bytes of the original.
        public var bytes: Int
        public var isCut: Bool

        init(_ text: ReportText) {
            self.text = text.text
            bytes = text.bytes
            isCut = text.isCut
        }

        private enum CodingKeys: String, CodingKey {
            case text, bytes
            case isCut = "cut"
        }

        public func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(text, forKey: .text)
            try object.encode(bytes, forKey: .bytes)
            if isCut { try object.encode(true, forKey: .isCut) }
        }

        public init(from decoder: any Decoder) throws {
            let object = try decoder.container(keyedBy: CodingKeys.self)
            text = try object.decode(String.self, forKey: .text)
            bytes = try object.decode(Int.self, forKey: .bytes)
            isCut = try object.decodeIfPresent(Bool.self, forKey: .isCut) ?? false
        }
    }
}
