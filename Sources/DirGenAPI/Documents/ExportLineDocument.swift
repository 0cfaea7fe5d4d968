public import BenchCore
public import LLMCore

/// A line of `runs export`: rows of the store in the units of documents. An export is as long as its run, so the line is the document.
public enum ExportLineDocument: Document {
    case run(Run)
    case arm(Arm)
    case `case`(Case)
    case trial(Trial)
    /// A call that never ended: its process was killed, or is still at work.
    case openCall(OpenCall)

    private enum Kind: String, Codable {
        case run, arm, `case`, trial
        case openCall = "open_call"
    }

    private enum CodingKeys: String, CodingKey { case type }

    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .run(let row):
            try object.encode(Kind.run, forKey: .type)
            try row.encode(to: encoder)
        case .arm(let row):
            try object.encode(Kind.arm, forKey: .type)
            try row.encode(to: encoder)
        case .case(let row):
            try object.encode(Kind.case, forKey: .type)
            try row.encode(to: encoder)
        case .trial(let row):
            try object.encode(Kind.trial, forKey: .type)
            try row.encode(to: encoder)
        case .openCall(let row):
            try object.encode(Kind.openCall, forKey: .type)
            try row.encode(to: encoder)
        }
    }

    public init(from decoder: any Decoder) throws {
        self =
            switch try decoder.container(keyedBy: CodingKeys.self).decode(Kind.self, forKey: .type) {
            case .run: .run(try Run(from: decoder))
            case .arm: .arm(try Arm(from: decoder))
            case .case: .case(try Case(from: decoder))
            case .trial: .trial(try Trial(from: decoder))
            case .openCall: .openCall(try OpenCall(from: decoder))
            }
    }
}

extension ExportLineDocument {
    /// The run itself, with its plan and the definitions of all numbers.
    public typealias Run = Joined<RunRow, RunPlanDocument>

    /// A run as it is stored, without its plan.
    public struct RunRow: Document {
        public var id: RunID
        public var status: RunRecord.Status
        public var startedAt: Int64
        public var endedAt: Int64?
        public var dataset: String
        public var task: TaskType
        public var simulated: Bool
        public var timeScale: Double
        public var partial: Bool
        public var prices: JSONValue
        public var format: String
        public var definitions: [String: String]

        private enum CodingKeys: String, CodingKey {
            case id, status
            case startedAt = "started_at"
            case endedAt = "ended_at"
            case dataset = "dataset_name"
            case task, simulated
            case timeScale = "time_scale"
            case partial, prices, format, definitions
        }
    }

    /// A model or configuration of the run.
    public struct Arm: Document {
        public var id: ArmID
        public var endpoint: String
        public var model: ModelID
        public var parameters: JSONValue
        public var promptVariant: String?
        public var simulated: Bool

        private enum CodingKeys: String, CodingKey {
            case id = "arm_id"
            case endpoint, model, parameters
            case promptVariant = "prompt_variant"
            case simulated
        }
    }

    /// A case of the run, with its whole row.
    public struct Case: Document {
        public var id: String
        public var hash: String
        public var line: Int
        public var task: TaskType
        public var group: String?
        public var weight: Double
        public var split: String
        public var row: JSONValue

        private enum CodingKeys: String, CodingKey {
            case id, hash, line, task
            case group = "case_group"
            case weight, split, row
        }
    }

    /// A trial with its metrics as members of its own.
    public typealias Trial = Joined<TrialResult, TrialMetricsDocument>

    /// The result of a trial, with its call, attempts and verdicts.
    public struct TrialResult: Document {
        public var id: CallID
        public var caseId: String
        public var caseHash: String
        public var arm: ArmID
        public var endpoint: String
        public var repetition: Int
        public var ordinal: Int
        public var outcome: TrialOutcome
        /// `none`, `provider`, `case` or `ours`.
        public var fault: String
        public var score: Double?
        public var passed: Bool?
        public var gapCount: Int
        public var attemptCount: Int
        public var call: Call?
        public var attempts: [Attempt]
        public var verdicts: [Verdict]

        private enum CodingKeys: String, CodingKey {
            case id = "call_id"
            case caseId = "case_id"
            case caseHash = "case_hash"
            case arm = "arm_id"
            case endpoint, repetition, ordinal, outcome, fault, score, passed
            case gapCount = "n_gaps"
            case attemptCount = "attempts"
            case call
            case attempts = "attempt_list"
            case verdicts
        }
    }

    /// A verdict as it is stored.
    public struct Verdict: Document {
        public var position: Int
        public var type: String
        public var result: BenchCore.Verdict.Result
        public var score: Double?
        public var weight: Double
        public var metric: String?
        /// `nil` when the run keeps no content: it may quote the answer.
        public var reason: String?
    }
}
