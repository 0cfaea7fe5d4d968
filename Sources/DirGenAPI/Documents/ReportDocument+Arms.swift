public import BenchCore
public import LLMCore

extension ReportDocument {
    /// A model's or configuration's results, with its figures as members of their own.
    public typealias Arm = Joined<ArmResult, ArmFigures>

    /// The results of a model or configuration, without its figures.
    public struct ArmResult: Document {
        public var arm: ArmID
        public var model: ModelID
        public var endpoint: String
        public var simulated: Bool
        public var inRun: Bool
        public var chosen: Bool
        public var runnerUp: Bool
        public var incumbent: Bool
        public var frontier: Bool
        public var confidence: Double?
        public var probabilityBest: Double?
        public var attempted: Int
        public var gradable: Int
        public var passed: Int
        public var failed: Int
        public var excluded: Int
        public var truncated: Int
        public var retried: Int
        /// Answers that earlier runs paid for.
        public var reused: Int
        /// Answers that count as whole though their finish word is unknown, and those words.
        public var finishUnknown: Int
        public var unknownFinishes: [String]
        public var money: ArmMoney
        public var outcomes: [String: Int]
        public var retries: [String: Int]
        public var metricScores: [MetricScore]
        public var servedModels: [String]
        /// Whose tokens `decode_tps` and `e2e_tps` are made of: `reported` or `counted`.
        public var speedSource: UsageSource?

        init(_ arm: ArmSummary) {
            let counts = arm.counts
            self.arm = arm.id
            model = arm.arm.model
            endpoint = arm.arm.endpoint
            simulated = arm.arm.simulated
            inRun = arm.inRun
            chosen = arm.isChosen
            runnerUp = arm.isRunnerUp
            incumbent = arm.isIncumbent
            frontier = arm.isOnFrontier
            confidence = Amount.ratio(arm.confidence)
            probabilityBest = Amount.ratio(arm.probabilityBest)
            attempted = counts.attempted
            gradable = counts.gradable
            passed = counts.passed
            failed = counts.failed
            excluded = counts.excluded
            truncated = counts.truncated
            retried = counts.retried
            reused = counts.reused
            finishUnknown = counts.finishUnknown
            unknownFinishes = arm.unknownFinishes
            money = ArmMoney(arm.money)
            outcomes = .init(arm.outcomes.map { ($0.outcome.rawValue, $0.count) }) { _, last in last }
            retries = .init(arm.retries.map { ($0.outcome.rawValue, $0.count) }) { _, last in last }
            metricScores = arm.metricScores.map { MetricScore(metric: $0.name, score: Amount.ratio($0.score), n: $0.n) }
            servedModels = arm.servedModels
            speedSource = arm.speedSource
        }

        private enum CodingKeys: String, CodingKey {
            case arm, model, endpoint, simulated
            case inRun = "in_run"
            case chosen
            case runnerUp = "runner_up"
            case incumbent, frontier, confidence
            case probabilityBest = "probability_best"
            case attempted, gradable, passed, failed, excluded, truncated, retried, reused
            case finishUnknown = "finish_unknown"
            case unknownFinishes = "unknown_finishes"
            case money, outcomes, retries
            case metricScores = "metric_scores"
            case servedModels = "served_models"
            case speedSource = "speed_source"
        }
    }

    /// The mean score of the assertions that bear one metric's name.
    public struct MetricScore: Document {
        public var metric: String
        public var score: Double?
        public var n: Int
    }

    /// A model's costs and tokens.
    public struct ArmMoney: Document {
        public var known: USD
        /// `nil` when any trial's cost is unknown.
        public var total: USD?
        public var unpricedTrials: Int
        public var onFailures: USD
        public var onRetries: USD
        public var promptTokens: Int
        public var cachedTokens: Int
        /// As the provider reported them; those of the next two are in no other sum.
        public var outputTokens: Int
        public var countedTokens: Int
        public var estimatedTokens: Int
        public var reasoningTokens: Int
        public var cachedShare: Double?
        public var pricesAsOf: [String]

        init(_ money: ArmSummary.Money) {
            known = money.known
            total = money.total
            unpricedTrials = money.unpricedTrials
            onFailures = money.onFailures
            onRetries = money.onRetries
            promptTokens = money.promptTokens
            cachedTokens = money.cachedTokens
            outputTokens = money.outputTokens
            countedTokens = money.countedTokens
            estimatedTokens = money.estimatedTokens
            reasoningTokens = money.reasoningTokens
            cachedShare = Amount.ratio(money.cachedShare)
            pricesAsOf = money.pricedAsOf
        }

        private enum CodingKeys: String, CodingKey {
            case known = "known_usd"
            case total = "total_usd"
            case unpricedTrials = "unpriced_trials"
            case onFailures = "on_failures_usd"
            case onRetries = "on_retries_usd"
            case promptTokens = "prompt_tokens"
            case cachedTokens = "cached_tokens"
            case outputTokens = "output_tokens"
            case countedTokens = "counted_output_tokens"
            case estimatedTokens = "estimated_output_tokens"
            case reasoningTokens = "reasoning_tokens"
            case cachedShare = "cached_share"
            case pricesAsOf = "prices_as_of"
        }
    }

    /// A model's figures under their names, and the difference in score from the chosen model.
    public struct ArmFigures: Document {
        public var figures: [ReportMetric: Figure]
        public var difference: Figure?

        init(_ arm: ArmSummary) {
            figures = .init(ReportMetric.allCases.map { ($0, Figure(arm[$0], $0.unit)) }) { _, last in last }
            difference = arm.difference.map { Figure($0, .score) }
        }

        private struct Key: CodingKey {
            static let difference = Key(stringValue: "difference")
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
            init(_ metric: ReportMetric) { stringValue = metric.rawValue }
        }

        public func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: Key.self)
            for metric in ReportMetric.allCases { try object.encodeIfPresent(figures[metric], forKey: Key(metric)) }
            try object.encodeIfPresent(difference, forKey: .difference)
        }

        public init(from decoder: any Decoder) throws {
            let object = try decoder.container(keyedBy: Key.self)
            figures = [:]
            for metric in ReportMetric.allCases {
                figures[metric] = try object.decodeIfPresent(Figure.self, forKey: Key(metric))
            }
            difference = try object.decodeIfPresent(Figure.self, forKey: .difference)
        }
    }
}

extension Joined where First == ReportDocument.ArmResult, Second == ReportDocument.ArmFigures {
    init(_ arm: ArmSummary) { self.init(.init(arm), .init(arm)) }
}
