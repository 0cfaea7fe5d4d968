public import LLMCore

/// The input of a grader: the answer, and what is known of the call that brought it.
public struct GradedAnswer: Sendable {
    public var text: String
    /// `resp_ms`; `nil` for a text that no call brought, such as a reference.
    public var respMilliseconds: Double?
    public var cost: USD?
    public var toolCalls: [ToolCall]
    /// `nil` where no provider said it: a reference, an imported answer.
    public var finish: FinishReason?
    /// The model that answered; `nil` for a reference.
    public var model: ModelID?
    /// The call that brought it; `nil` for a reference.
    public var call: CallID?
    public init(
        text: String, respMilliseconds: Double? = nil, cost: USD? = nil, toolCalls: [ToolCall] = [],
        finish: FinishReason? = nil,
        model: ModelID? = nil, call: CallID? = nil
    ) {
        self.text = text
        self.respMilliseconds = respMilliseconds
        self.cost = cost
        self.toolCalls = toolCalls
        self.finish = finish
        self.model = model
        self.call = call
    }
}

/// One assertion's judgement. Unscored is a state, not zero.
public struct Verdict: Sendable, Hashable, Codable {
    public enum Result: String, Sendable, Hashable, Codable {
        case passed, failed, unscored
    }
    /// The assertion's type, and its place in the case.
    public var type: String
    public var index: Int
    public var result: Result
    /// 0...1; `nil` when unscored.
    public var score: Double?
    public var weight: Double
    public var metric: String?
    /// For people: what was expected and what was found, short.
    public var reason: String

    public init(
        type: String, index: Int, result: Result, score: Double?, weight: Double, metric: String?, reason: String
    ) {
        self.type = type
        self.index = index
        self.result = result
        self.score = score
        self.weight = weight
        self.metric = metric
        self.reason = reason
    }
}

/// A case's judgement: weighted mean of its verdicts, and whether it reaches the threshold.
public struct Grade: Sendable, Hashable {
    public var verdicts: [Verdict]
    /// `nil` when nothing could be scored.
    public var score: Double?
    public var passed: Bool?
    /// An assertion could not be judged (in time): the trial is ours to answer for, not the model's.
    public var graderError: Bool
    /// The same, because a judge model failed.
    public var judgeError: Bool
    public init(
        verdicts: [Verdict], score: Double?, passed: Bool?, graderError: Bool = false, judgeError: Bool = false
    ) {
        self.verdicts = verdicts
        self.score = score
        self.passed = passed
        self.graderError = graderError
        self.judgeError = judgeError
    }
}
