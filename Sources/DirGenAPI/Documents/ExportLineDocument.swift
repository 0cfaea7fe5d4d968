package import BenchCore
package import LLMCore

/// A line of `runs export`: rows of the store in the units of documents. An export is as long as its run, so the line is the document.
package enum ExportLineDocument: Document {
    case run(Run)
    case arm(Arm)
    case `case`(Case)
    case trial(Trial)
    /// A failure whose place was asked again.
    case replacedTrial(ReplacedTrial)
    /// A call that never ended: its process was killed, or is still at work.
    case openCall(OpenCall)

    private enum Kind: String, Codable {
        case run, arm, `case`, trial
        case replacedTrial = "replaced_trial"
        case openCall = "open_call"
    }

    private enum CodingKeys: String, CodingKey { case type }

    package func encode(to encoder: any Encoder) throws {
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
        case .replacedTrial(let row):
            try object.encode(Kind.replacedTrial, forKey: .type)
            try row.encode(to: encoder)
        case .openCall(let row):
            try object.encode(Kind.openCall, forKey: .type)
            try row.encode(to: encoder)
        }
    }

    package init(from decoder: any Decoder) throws {
        self =
            switch try decoder.container(keyedBy: CodingKeys.self).decode(Kind.self, forKey: .type) {
            case .run: .run(try Run(from: decoder))
            case .arm: .arm(try Arm(from: decoder))
            case .case: .case(try Case(from: decoder))
            case .trial: .trial(try Trial(from: decoder))
            case .replacedTrial: .replacedTrial(try ReplacedTrial(from: decoder))
            case .openCall: .openCall(try OpenCall(from: decoder))
            }
    }
}

extension ExportLineDocument {
    /// The run itself, with its plan and the definitions of all numbers.
    package typealias Run = Joined<RunRow, RunPlanDocument>

    /// A run as it is stored, without its plan.
    package struct RunRow: Document {
        package var id: RunID
        package var status: RunRecord.Status
        package var startedAt: Int64
        package var endedAt: Int64?
        package var dataset: String
        package var task: TaskType
        package var simulated: Bool
        package var timeScale: Double
        package var partial: Bool
        package var prices: JSONValue
        package var format: String
        package var definitions: [String: String]

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
    package struct Arm: Document {
        package var id: ArmID
        package var endpoint: String
        package var model: ModelID
        package var parameters: JSONValue
        package var promptVariant: String?
        package var simulated: Bool

        private enum CodingKeys: String, CodingKey {
            case id = "arm_id"
            case endpoint, model, parameters
            case promptVariant = "prompt_variant"
            case simulated
        }
    }

    /// A case of the run, with its whole row.
    package struct Case: Document {
        package var id: String
        package var hash: String
        package var line: Int
        package var task: TaskType
        package var group: String?
        package var weight: Double
        package var split: String
        package var row: JSONValue

        private enum CodingKeys: String, CodingKey {
            case id, hash, line, task
            case group = "case_group"
            case weight, split, row
        }
    }

    /// A trial with its metrics as members of its own.
    package typealias Trial = Joined<TrialResult, TrialMetricsDocument>

    /// The result of a trial, with its call, attempts and verdicts.
    package struct TrialResult: Document {
        package var id: CallID
        package var caseId: String
        package var caseHash: String
        package var arm: ArmID
        package var endpoint: String
        package var repetition: Int
        package var ordinal: Int
        package var outcome: TrialOutcome
        /// `none`, `provider`, `case` or `ours`.
        package var fault: String
        package var score: Double?
        package var passed: Bool?
        /// Of judge models, in no other cost.
        package var judgeCost: USD?
        package var gapCount: Int
        package var attemptCount: Int
        /// The run and the call that paid for the answer, where it was not asked for in this run.
        package var reusedRun: RunID?
        package var reusedCall: CallID?
        package var call: Call?
        package var attempts: [Attempt]
        package var verdicts: [Verdict]

        private enum CodingKeys: String, CodingKey {
            case id = "call_id"
            case caseId = "case_id"
            case caseHash = "case_hash"
            case arm = "arm_id"
            case endpoint, repetition, ordinal, outcome, fault, score, passed
            case judgeCost = "judge_cost_usd"
            case gapCount = "n_gaps"
            case attemptCount = "attempts"
            case reusedRun = "reused_run"
            case reusedCall = "reused_call"
            case call
            case attempts = "attempt_list"
            case verdicts
        }
    }

    /// A failure whose place was asked again, as it is stored.
    package struct ReplacedTrial: Document {
        package var id: CallID
        package var caseId: String
        package var arm: ArmID
        package var endpoint: String
        package var repetition: Int
        package var ordinal: Int
        package var outcome: TrialOutcome
        package var fault: String
        package var resp: Double
        package var attemptCount: Int
        package var cost: USD?
        package var replacedBy: CallID
        package var attempts: [Attempt]

        private enum CodingKeys: String, CodingKey {
            case id = "call_id"
            case caseId = "case_id"
            case arm = "arm_id"
            case endpoint, repetition, ordinal, outcome, fault
            case resp = "resp_ms"
            case attemptCount = "attempts"
            case cost = "cost_usd"
            case replacedBy = "replaced_by"
            case attempts = "attempt_list"
        }
    }

    /// A verdict as it is stored.
    package struct Verdict: Document {
        package var position: Int
        package var type: String
        package var result: BenchCore.Verdict.Result
        package var score: Double?
        package var weight: Double
        package var metric: String?
        /// `nil` when the run keeps no content: it may quote the answer.
        package var reason: String?
    }
}
