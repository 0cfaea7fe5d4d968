public import LLMCore

/// One case put to one arm once, finished and graded: what a store writes in one transaction.
public struct Trial: Sendable {
    public var run: RunID
    public var caseID: String
    public var caseHash: String
    public var arm: Arm
    /// 0-based repeat.
    public var repetition: Int
    /// Position in the run's schedule.
    public var ordinal: Int
    public var call: CallRecord
    public var outcome: TrialOutcome
    public var grade: Grade
    /// Of a reused answer those of the call that paid for it.
    public var metrics: TrialMetrics
    /// The call that paid for the answer, where it was not asked for in this run; ``call`` then has no attempt.
    public var reused: AnswerOrigin?
    /// The call of an older trial of the same place which failed by the provider's or our fault: that stays on record and no longer counts.
    public var replaces: CallID?

    public init(
        run: RunID, caseID: String, caseHash: String, arm: Arm, repetition: Int, ordinal: Int, call: CallRecord,
        outcome: TrialOutcome, grade: Grade, metrics: TrialMetrics, reused: AnswerOrigin? = nil,
        replaces: CallID? = nil
    ) {
        self.run = run
        self.caseID = caseID
        self.caseHash = caseHash
        self.arm = arm
        self.repetition = repetition
        self.ordinal = ordinal
        self.call = call
        self.outcome = outcome
        self.grade = grade
        self.metrics = metrics
        self.reused = reused
        self.replaces = replaces
    }
}

/// The numbers of one trial under the names of their columns; milliseconds unless a name says otherwise, `nil` is unknown.
public struct TrialMetrics: Sendable, Hashable {
    public var queue: Double
    public var ttfb: Double?
    public var ttft: Double?
    public var ttfa: Double?
    public var e2e: Double?
    public var resp: Double
    public var work: Double
    public var retryWait: Double
    public var connect: Double?
    public var decode: Double?
    public var tpot: Double?
    public var maxGap: Double?
    public var p95Gap: Double?
    public var gapCount: Int
    public var decodeTokensPerSecond: Double?
    public var e2eTokensPerSecond: Double?
    public var charactersPerSecond: Double?
    public var promptTokens: Int?
    public var cacheReadTokens: Int?
    public var cacheWriteTokens: Int?
    public var outputTokens: Int?
    public var reasoningTokens: Int?
    public var streamedTokens: Int?
    public var answerCharacters: Int
    public var attempts: Int
    /// Sum over attempts of what is settled; `nil` when any is unknown.
    public var cost: USD?
    public var billed: USD?
    /// The cost of the judge models that judged the answer, in no other cost; `nil` when none was asked, or it is unknown.
    public var judgeCost: USD?
    /// The source of the token counts; `nil` where they are unknown, and in a trial stored before this was kept, when all were reported.
    public var usageSource: UsageSource?

    public init(
        queue: Double, ttfb: Double? = nil, ttft: Double? = nil, ttfa: Double? = nil, e2e: Double? = nil, resp: Double,
        work: Double,
        retryWait: Double, connect: Double? = nil, decode: Double? = nil, tpot: Double? = nil, maxGap: Double? = nil,
        p95Gap: Double? = nil, gapCount: Int = 0, decodeTokensPerSecond: Double? = nil,
        e2eTokensPerSecond: Double? = nil,
        charactersPerSecond: Double? = nil, promptTokens: Int? = nil, cacheReadTokens: Int? = nil,
        cacheWriteTokens: Int? = nil,
        outputTokens: Int? = nil, reasoningTokens: Int? = nil, streamedTokens: Int? = nil, answerCharacters: Int = 0,
        attempts: Int = 1, cost: USD? = nil, billed: USD? = nil, judgeCost: USD? = nil,
        usageSource: UsageSource? = nil
    ) {
        self.queue = queue
        self.ttfb = ttfb
        self.ttft = ttft
        self.ttfa = ttfa
        self.e2e = e2e
        self.resp = resp
        self.work = work
        self.retryWait = retryWait
        self.connect = connect
        self.decode = decode
        self.tpot = tpot
        self.maxGap = maxGap
        self.p95Gap = p95Gap
        self.gapCount = gapCount
        self.decodeTokensPerSecond = decodeTokensPerSecond
        self.e2eTokensPerSecond = e2eTokensPerSecond
        self.charactersPerSecond = charactersPerSecond
        self.promptTokens = promptTokens
        self.cacheReadTokens = cacheReadTokens
        self.cacheWriteTokens = cacheWriteTokens
        self.outputTokens = outputTokens
        self.reasoningTokens = reasoningTokens
        self.streamedTokens = streamedTokens
        self.answerCharacters = answerCharacters
        self.attempts = attempts
        self.cost = cost
        self.billed = billed
        self.judgeCost = judgeCost
        self.usageSource = usageSource
    }
}

/// One attempt of a trial as it is read back; milliseconds, `nil` is unknown.
public struct AttemptRow: Sendable, Hashable {
    /// From the start of the call to `t_send`.
    public var sent: Double
    public var connect: Double?
    public var ttfb: Double?
    public var ttft: Double?
    public var ttfa: Double?
    /// From `t_send` to `t_end`.
    public var end: Double
    public var outcome: AttemptClass
    public var status: Int?
    /// Settled cost of this attempt alone.
    public var cost: USD?

    public init(
        sent: Double, connect: Double? = nil, ttfb: Double? = nil, ttft: Double? = nil, ttfa: Double? = nil,
        end: Double, outcome: AttemptClass, status: Int? = nil, cost: USD? = nil
    ) {
        self.sent = sent
        self.connect = connect
        self.ttfb = ttfb
        self.ttft = ttft
        self.ttfa = ttfa
        self.end = end
        self.outcome = outcome
        self.status = status
        self.cost = cost
    }
}

/// A trial as it is read back: flat, ready for statistics and reports.
public struct TrialRow: Sendable, Hashable {
    public var run: RunID
    public var callID: CallID
    public var caseID: String
    public var caseHash: String
    public var group: String?
    public var weight: Double
    public var arm: Arm
    public var repetition: Int
    public var ordinal: Int
    /// Wall clock of the call, microseconds since 1970.
    public var startedAt: Int64
    public var outcome: TrialOutcome
    public var score: Double?
    public var passed: Bool?
    public var metrics: TrialMetrics
    public var verdicts: [Verdict]
    /// `nil` when the run was made with `--no-store-content`.
    public var answer: String?
    public var thinking: String?
    public var error: String?
    public var failureStatus: Int?
    public var retryClasses: [AttemptClass]
    public var servedModel: String?
    public var systemFingerprint: String?
    /// The kind of finish, or the provider's own word where that has none.
    public var finishReason: String?
    public var priceAsOf: String?
    /// In order; filled by `RunReader.trials`, empty in `RunReader.evidence`.
    public var attempts: [AttemptRow]
    /// See ``Trial/reused``: such a trial cost nothing here, and says nothing of latency.
    public var reused: AnswerOrigin?

    public init(
        run: RunID, callID: CallID, caseID: String, caseHash: String, group: String?, weight: Double, arm: Arm,
        repetition: Int,
        ordinal: Int, startedAt: Int64, outcome: TrialOutcome, score: Double?, passed: Bool?, metrics: TrialMetrics,
        verdicts: [Verdict], answer: String?, thinking: String?, error: String?, failureStatus: Int?,
        retryClasses: [AttemptClass],
        servedModel: String?, systemFingerprint: String?, finishReason: String?, priceAsOf: String?,
        attempts: [AttemptRow] = [], reused: AnswerOrigin? = nil
    ) {
        self.run = run
        self.callID = callID
        self.caseID = caseID
        self.caseHash = caseHash
        self.group = group
        self.weight = weight
        self.arm = arm
        self.repetition = repetition
        self.ordinal = ordinal
        self.startedAt = startedAt
        self.outcome = outcome
        self.score = score
        self.passed = passed
        self.metrics = metrics
        self.verdicts = verdicts
        self.answer = answer
        self.thinking = thinking
        self.error = error
        self.failureStatus = failureStatus
        self.retryClasses = retryClasses
        self.servedModel = servedModel
        self.systemFingerprint = systemFingerprint
        self.finishReason = finishReason
        self.priceAsOf = priceAsOf
        self.attempts = attempts
        self.reused = reused
    }
}

extension TrialRow {
    /// The answer counts as whole although its finish word is unknown.
    public var finishIsUnknown: Bool { outcome == .ok && FinishReason.isUnknown(name: finishReason) }
}

extension TrialRow {
    /// No judge model decided what one should have: none was given, it was stopped, or its money was spent.
    package var lacksJudge: Bool {
        verdicts.contains { verdict in
            verdict.result == .unscored && Assertion.Kind.judged.contains { verdict.type.hasSuffix($0.rawValue) }
        }
    }
}

/// The call that paid for an answer which another run uses.
public struct AnswerOrigin: Sendable, Hashable, Codable {
    public var run: RunID
    public var call: CallID

    public init(run: RunID, call: CallID) {
        self.run = run
        self.call = call
    }
}

extension TrialOutcome {
    /// An answer stands, right or wrong; what failed by the provider's or our fault does not.
    package var isAnswer: Bool { fault == .none || fault == .caseOutcome }

    /// An answer came, and only its grade is missing.
    package var isUngraded: Bool { self == .graderError || self == .judgeError }
}
