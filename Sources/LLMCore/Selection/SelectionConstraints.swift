/// The constraints of a choice, and the confidence with which they must hold.
public struct SelectionConstraints: Sendable, Hashable, Codable {
    /// Within this share of the best: 0.05 means `q >= 0.95 max q`. `nil` uses `minQuality` alone.
    public var relativeQuality: Double?
    public var minQuality: Double?
    public var maxCaseCost: USD?
    /// Milliseconds.
    public var maxP95: Double?
    public var confidence: Double
    public var localOnly: Bool
    /// The price of a point of quality, a hundredth, that each call is worth: then the arm that is worth most is asked for, not the cheapest within
    /// `relativeQuality`.
    public var willingToPay: USD?

    public init(
        relativeQuality: Double? = 0.05, minQuality: Double? = nil, maxCaseCost: USD? = nil, maxP95: Double? = nil,
        confidence: Double = 0.9, localOnly: Bool = false, willingToPay: USD? = nil
    ) {
        self.relativeQuality = relativeQuality
        self.minQuality = minQuality
        self.maxCaseCost = maxCaseCost
        self.maxP95 = maxP95
        self.confidence = confidence
        self.localOnly = localOnly
        self.willingToPay = willingToPay
    }

    /// The constraint that nobody could have asked for; `nil` where all are sound. Files are other people's.
    package var fault: String? {
        func isShare(_ value: Double?) -> Bool { value.map { (0...1).contains($0) } ?? true }
        if !isShare(relativeQuality) { return "relative quality" }
        if !isShare(minQuality) { return "minimum quality" }
        if !isShare(confidence) { return "confidence" }
        if let maxP95, !(maxP95 > 0 && maxP95 < 1e12) { return "limit of the p95" }
        if let maxCaseCost, maxCaseCost < .zero { return "limit of the cost" }
        if let willingToPay, willingToPay < .zero { return "worth of a point" }
        return nil
    }

    var trade: SelectionTrade? { willingToPay.map(SelectionTrade.init) }
}

extension SelectionConstraints {
    /// The constraints a user wrote, over whatever stands below them: `nil` leaves what is there.
    public struct Overrides: Sendable, Hashable {
        public var relativeQuality: Double?
        public var minQuality: Double?
        public var maxCaseCost: USD?
        /// Milliseconds.
        public var maxP95: Double?
        public var confidence: Double?
        public var willingToPay: USD?

        public init(
            relativeQuality: Double? = nil, minQuality: Double? = nil, maxCaseCost: USD? = nil, maxP95: Double? = nil,
            confidence: Double? = nil, willingToPay: USD? = nil
        ) {
            self.relativeQuality = relativeQuality
            self.minQuality = minQuality
            self.maxCaseCost = maxCaseCost
            self.maxP95 = maxP95
            self.confidence = confidence
            self.willingToPay = willingToPay
        }

        public var isEmpty: Bool { self == Overrides() }
    }

    /// These constraints with a user's over them.
    ///
    /// An absolute quality alone replaces the relative one: who says "at least 0.8" does not also ask for the best. A worth of quality and
    /// a relative quality replace each other.
    public func overridden(by user: Overrides) -> SelectionConstraints {
        var result = self
        if let value = user.minQuality {
            result.minQuality = value
            result.relativeQuality = nil
        }
        if let value = user.relativeQuality {
            result.relativeQuality = value
            result.willingToPay = nil
        }
        if let value = user.willingToPay {
            result.willingToPay = value
            result.relativeQuality = nil
        }
        if let value = user.maxCaseCost { result.maxCaseCost = value }
        if let value = user.maxP95 { result.maxP95 = value }
        if let value = user.confidence { result.confidence = value }
        return result
    }
}
