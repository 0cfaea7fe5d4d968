/// Resampled figures of one arm: draw b of every arm of a table was made with the same weights, so that differences inside a draw are
/// paired.
///
/// As JSON they are base64 of 32-bit floating-point numbers, least byte first: a table is read at every start. Tables of older versions
/// hold lists of numbers, which are still read.
public struct SelectionDraws: Sendable, Hashable {
    /// Mean score.
    public var quality: [Double]
    /// Mean cost per case in dollars; empty when the cost is unknown.
    public var costUSD: [Double]
    /// p95 of `resp_ms`; `nil` stands for infinite (more than 5 % of the weight failed).
    public var respP95: [Double?]

    public init(quality: [Double], costUSD: [Double], respP95: [Double?]) {
        self.quality = quality
        self.costUSD = costUSD
        self.respP95 = respP95
    }
}

extension SelectionDraws: Codable {
    private enum CodingKeys: String, CodingKey { case quality, costUSD, respP95 }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        quality = try Self.numbers(.quality, values).map { $0 ?? 0 }
        costUSD = try Self.numbers(.costUSD, values).map { $0 ?? 0 }
        respP95 = try Self.numbers(.respP95, values)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(PackedNumbers.text(quality), forKey: .quality)
        try values.encode(PackedNumbers.text(costUSD), forKey: .costUSD)
        try values.encode(PackedNumbers.text(respP95.map { $0 ?? .infinity }), forKey: .respP95)
    }

    private static func numbers(
        _ key: CodingKeys, _ values: KeyedDecodingContainer<CodingKeys>
    ) throws -> [Double?] {
        guard let text = try? values.decode(String.self, forKey: key) else {
            return try values.decode([Double?].self, forKey: key)
        }
        guard let numbers = PackedNumbers.read(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: values, debugDescription: "not base64 of 32-bit numbers")
        }
        return numbers.map { $0.isFinite ? $0 : nil }
    }
}
