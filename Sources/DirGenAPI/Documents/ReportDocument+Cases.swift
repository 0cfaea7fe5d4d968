public import BenchCore
public import LLMCore

extension ReportDocument {
    /// One case with every answer to it: the element that a long report is written in.
    public struct Case: Document {
        /// One message of a case's prompt.
        public struct Message: Document {
            public var role: LLMCore.Message.Role
            public var text: Text
        }
        public var id: String
        public var task: TaskType
        public var group: String?
        public var tags: [String]
        /// Some models passed and some did not.
        public var differs: Bool
        public var threshold: Double
        public var messages: [Message]
        public var reference: Text?
        public var target: [String]
        public var assertions: [AssertionLine]
        public var trials: [Trial]

        public init(_ row: CaseReport, of model: ReportModel) {
            id = row.id
            task = row.task
            group = row.group
            tags = row.tags
            differs = row.differs
            threshold = row.threshold
            messages = row.messages.map { Message(role: $0.role, text: Text($0.text)) }
            reference = row.reference.map(Text.init)
            target = row.target
            assertions = row.assertions
            trials = row.trials.map { Trial($0, arm: model.arms[$0.arm].id) }
        }
    }

    /// One trial: its result, with its metrics as members of their own.
    public typealias Trial = Joined<TrialResult, Joined<TrialMetricsDocument, TrialExtras>>

    /// The result of one trial, without its metrics.
    public struct TrialResult: Document {
        public var arm: ArmID
        public var repetition: Int
        public var call: CallID
        public var startedAt: Int64
        public var outcome: TrialOutcome
        public var score: Double?
        public var passed: Bool?
        public var answer: Text?
        public var error: String?
        public var status: Int?
        public var servedModel: String?
        public var finishReason: String?
        /// The answer counts as whole though its finish word is unknown.
        public var finishUnknown: Bool
        public var verdicts: [BenchCore.Verdict]
        public var attempts: [Attempt]
        /// The run that paid for the answer, where that is not this one: times and cost are of that run.
        public var reusedRun: RunID?

        init(_ trial: TrialReport, arm: ArmID) {
            self.arm = arm
            repetition = trial.repetition
            call = trial.callID
            startedAt = trial.startedAt
            outcome = trial.outcome
            score = Amount.ratio(trial.score)
            passed = trial.passed
            answer = trial.answer.map(Text.init)
            error = trial.error
            status = trial.failureStatus
            servedModel = trial.servedModel
            finishReason = trial.finishReason
            finishUnknown = trial.finishIsUnknown
            verdicts = trial.verdicts.map { verdict in
                var verdict = verdict
                verdict.score = Amount.ratio(verdict.score)
                return verdict
            }
            attempts = trial.attempts.map(Attempt.init)
            reusedRun = trial.reused?.run
        }

        private enum CodingKeys: String, CodingKey {
            case arm, repetition, call
            case startedAt = "started_at"
            case outcome, score, passed, answer, error, status
            case servedModel = "served_model"
            case finishReason = "finish_reason"
            case finishUnknown = "finish_unknown"
            case verdicts, attempts
            case reusedRun = "reused_run"
        }
    }

    /// Counts of one trial, and the visible reasoning behind its answer.
    public struct TrialExtras: Document {
        public var attempts: Int
        public var gapCount: Int
        /// Left out unless the report is full and there is some.
        public var thinking: Text?

        init(_ trial: TrialReport) {
            attempts = trial.metrics.attempts
            gapCount = trial.metrics.gapCount
            thinking = trial.thinking.map(Text.init)
        }

        private enum CodingKeys: String, CodingKey {
            case attempts = "attempt_count"
            case gapCount = "gap_count"
            case thinking
        }

        public func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(attempts, forKey: .attempts)
            try object.encode(gapCount, forKey: .gapCount)
            if let thinking { try object.encode(thinking, forKey: .thinking) }
        }
    }

    /// One attempt of a trial.
    public struct Attempt: Document {
        public var outcome: AttemptClass
        public var status: Int?
        public var sent: Double?
        public var connect: Double?
        public var ttfb: Double?
        public var ttft: Double?
        public var ttfa: Double?
        public var end: Double?
        public var cost: USD?

        init(_ attempt: AttemptRow) {
            outcome = attempt.outcome
            status = attempt.status
            sent = Amount.milliseconds(attempt.sent)
            connect = Amount.milliseconds(attempt.connect)
            ttfb = Amount.milliseconds(attempt.ttfb)
            ttft = Amount.milliseconds(attempt.ttft)
            ttfa = Amount.milliseconds(attempt.ttfa)
            end = Amount.milliseconds(attempt.end)
            cost = attempt.cost
        }

        private enum CodingKeys: String, CodingKey {
            case outcome, status
            case sent = "sent_ms"
            case connect = "connect_ms"
            case ttfb = "ttfb_ms"
            case ttft = "ttft_ms"
            case ttfa = "ttfa_ms"
            case end = "end_ms"
            case cost = "cost_usd"
        }
    }
}

extension Joined
where First == ReportDocument.TrialResult, Second == Joined<TrialMetricsDocument, ReportDocument.TrialExtras> {
    init(_ trial: TrialReport, arm: ArmID) {
        self.init(
            First(trial, arm: arm), Second(TrialMetricsDocument(trial.metrics), ReportDocument.TrialExtras(trial)))
    }
}

/// The metrics of one trial, as reports and exports have them; see the definitions of either.
public struct TrialMetricsDocument: Document {
    public var queue: Double?
    public var ttfb: Double?
    public var ttft: Double?
    public var ttfa: Double?
    public var e2e: Double?
    public var resp: Double?
    public var work: Double?
    public var retryWait: Double?
    public var connect: Double?
    public var decode: Double?
    public var tpot: Double?
    public var maxGap: Double?
    public var p95Gap: Double?
    public var decodeTokensPerSecond: Double?
    public var e2eTokensPerSecond: Double?
    public var charactersPerSecond: Double?
    public var promptTokens: Int?
    public var cacheReadTokens: Int?
    public var cacheWriteTokens: Int?
    public var outputTokens: Int?
    public var reasoningTokens: Int?
    public var streamedTokens: Int?
    /// `reported`, `counted` or `estimated`.
    public var usageSource: UsageSource?
    public var answerCharacters: Int
    public var cost: USD?
    public var billed: USD?

    init(_ metrics: TrialMetrics) {
        queue = ReportDocument.Amount.milliseconds(metrics.queue)
        ttfb = ReportDocument.Amount.milliseconds(metrics.ttfb)
        ttft = ReportDocument.Amount.milliseconds(metrics.ttft)
        ttfa = ReportDocument.Amount.milliseconds(metrics.ttfa)
        e2e = ReportDocument.Amount.milliseconds(metrics.e2e)
        resp = ReportDocument.Amount.milliseconds(metrics.resp)
        work = ReportDocument.Amount.milliseconds(metrics.work)
        retryWait = ReportDocument.Amount.milliseconds(metrics.retryWait)
        connect = ReportDocument.Amount.milliseconds(metrics.connect)
        decode = ReportDocument.Amount.milliseconds(metrics.decode)
        tpot = ReportDocument.Amount.milliseconds(metrics.tpot)
        maxGap = ReportDocument.Amount.milliseconds(metrics.maxGap)
        p95Gap = ReportDocument.Amount.milliseconds(metrics.p95Gap)
        decodeTokensPerSecond = ReportDocument.Amount.ratio(metrics.decodeTokensPerSecond)
        e2eTokensPerSecond = ReportDocument.Amount.ratio(metrics.e2eTokensPerSecond)
        charactersPerSecond = ReportDocument.Amount.ratio(metrics.charactersPerSecond)
        promptTokens = metrics.promptTokens
        cacheReadTokens = metrics.cacheReadTokens
        cacheWriteTokens = metrics.cacheWriteTokens
        outputTokens = metrics.outputTokens
        reasoningTokens = metrics.reasoningTokens
        streamedTokens = metrics.streamedTokens
        usageSource = metrics.usageSource
        answerCharacters = metrics.answerCharacters
        cost = metrics.cost
        billed = metrics.billed
    }

    private enum CodingKeys: String, CodingKey {
        case queue = "queue_ms"
        case ttfb = "ttfb_ms"
        case ttft = "ttft_ms"
        case ttfa = "ttfa_ms"
        case e2e = "e2e_ms"
        case resp = "resp_ms"
        case work = "work_ms"
        case retryWait = "retry_wait_ms"
        case connect = "connect_ms"
        case decode = "decode_ms"
        case tpot = "tpot_ms"
        case maxGap = "max_gap_ms"
        case p95Gap = "p95_gap_ms"
        case decodeTokensPerSecond = "decode_tps"
        case e2eTokensPerSecond = "e2e_tps"
        case charactersPerSecond = "chars_per_s"
        case promptTokens = "prompt_tokens"
        case cacheReadTokens = "cache_read_tokens"
        case cacheWriteTokens = "cache_write_tokens"
        case outputTokens = "output_tokens"
        case reasoningTokens = "reasoning_tokens"
        case streamedTokens = "streamed_tokens"
        case usageSource = "usage_source"
        case answerCharacters = "answer_chars"
        case cost = "cost_usd"
        case billed = "billed_usd"
    }
}
