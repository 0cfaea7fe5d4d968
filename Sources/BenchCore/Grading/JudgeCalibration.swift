public import LLMCore

/// A judge model's verdicts on answers that people have judged: how often it is right.
public struct JudgeCalibration: Sendable, Hashable {
    public var judge: ModelID
    public var simulated: Bool
    /// Wall clock, microseconds since 1970.
    public var calibratedAt: Int64
    /// Of the questions that judges are asked: other words could give other verdicts.
    public var promptVersion: String
    /// The file of judged answers, and SHA-256 of its rows.
    public var path: String
    public var hash: String
    /// Answers that people passed and the judge judged, and those of them that it passed.
    public var positives: Int
    public var truePositives: Int
    /// Answers that people failed and the judge judged, and those of them that it failed.
    public var negatives: Int
    public var trueNegatives: Int
    /// Answers that the judge did not judge: it failed, or said nothing that can be read.
    public var unjudged: Int
    /// `nil` where it is unknown.
    public var cost: USD?

    public init(
        judge: ModelID, simulated: Bool, calibratedAt: Int64, promptVersion: String, path: String, hash: String,
        positives: Int = 0, truePositives: Int = 0, negatives: Int = 0, trueNegatives: Int = 0, unjudged: Int = 0,
        cost: USD? = nil
    ) {
        self.judge = judge
        self.simulated = simulated
        self.calibratedAt = calibratedAt
        self.promptVersion = promptVersion
        self.path = path
        self.hash = hash
        self.positives = positives
        self.truePositives = truePositives
        self.negatives = negatives
        self.trueNegatives = trueNegatives
        self.unjudged = unjudged
        self.cost = cost
    }

    /// The share of good answers that it passes; `nil` where none was judged.
    public var truePositiveRate: Statistics.Estimate? { JudgeCalibration.rate(truePositives, of: positives) }

    /// The share of bad answers that it fails; `nil` where none was judged.
    public var trueNegativeRate: Statistics.Estimate? { JudgeCalibration.rate(trueNegatives, of: negatives) }

    /// A pass rate of its verdicts, corrected for its errors; `nil` where it is no better than chance.
    public func corrected(rate: Double, of n: Int) -> Statistics.Estimate? {
        Statistics.roganGladen(
            rate: rate, of: n, truePositives: truePositives, of: positives,
            trueNegatives: trueNegatives, of: negatives)
    }

    private static func rate(_ right: Int, of n: Int) -> Statistics.Estimate? {
        Statistics.wilson(successes: right, of: n).map {
            Statistics.Estimate(value: Double(right) / Double(n), interval: $0, n: n)
        }
    }
}

extension JudgeCalibration {
    /// As it is stored.
    package var json: JSONValue {
        [
            "prompt_version": .string(promptVersion), "path": .string(path), "hash": .string(hash),
            "positives": JSONValue(positives), "true_positives": JSONValue(truePositives),
            "negatives": JSONValue(negatives), "true_negatives": JSONValue(trueNegatives),
            "unjudged": JSONValue(unjudged), "cost_usd": cost.map { JSONValue($0) } ?? .null,
        ]
    }

    package init?(judge: ModelID, simulated: Bool, calibratedAt: Int64, json: JSONValue) {
        guard let version = json["prompt_version"]?.string, let path = json["path"]?.string,
            let hash = json["hash"]?.string, let positives = json["positives"]?.int,
            let truePositives = json["true_positives"]?.int, let negatives = json["negatives"]?.int,
            let trueNegatives = json["true_negatives"]?.int, let unjudged = json["unjudged"]?.int
        else { return nil }
        self.init(
            judge: judge, simulated: simulated, calibratedAt: calibratedAt, promptVersion: version, path: path,
            hash: hash, positives: positives, truePositives: truePositives, negatives: negatives,
            trueNegatives: trueNegatives, unjudged: unjudged, cost: json["cost_usd"]?.string.flatMap(USD.init))
    }
}
