/// The summarisation of a conversation's older turns, for a decision record; or the call whose turns are summarised.
public struct HistorySummarisation: Sendable, Hashable {
    /// One sentence for people: what was done, or why nothing was.
    public var description: String
    /// Set in the call that made the summary: the request it was made for.
    public var summaryFor: CallID?
    /// The call that made the summary, or had it from the cache; `nil` when none was made.
    public var summary: CallID?
    public var model: ModelID?
    /// Turns that the summary stands for; 0 when the request went as it was.
    public var turns: Int
    /// Estimated tokens of the conversation as it came.
    public var tokensBefore: Int?
    /// As it was asked.
    public var tokensAfter: Int?
    /// The cost of the summary; `nil` unknown.
    public var cost: USD?
    /// The estimated cost of the tokens that were left out, at the model asked first; `nil` unknown.
    public var saves: USD?
    /// The duration, which is part of the request's time.
    public var took: Duration?

    public init(
        description: String, summaryFor: CallID? = nil, summary: CallID? = nil, model: ModelID? = nil, turns: Int = 0,
        tokensBefore: Int? = nil, tokensAfter: Int? = nil, cost: USD? = nil, saves: USD? = nil, took: Duration? = nil
    ) {
        self.description = description
        self.summaryFor = summaryFor
        self.summary = summary
        self.model = model
        self.turns = turns
        self.tokensBefore = tokensBefore
        self.tokensAfter = tokensAfter
        self.cost = cost
        self.saves = saves
        self.took = took
    }
}

extension HistorySummarisation {
    /// The member `history` of a decision. What is unknown is left out.
    var json: JSONValue {
        var object: JSONObject = ["words": .string(description), "turns": JSONValue(turns)]
        object["summary_for"] = summaryFor.map { .string($0.rawValue) }
        object["summary"] = summary.map { .string($0.rawValue) }
        object["model"] = model.map { .string($0.description) }
        object["tokens_before"] = tokensBefore.map { JSONValue($0) }
        object["tokens_after"] = tokensAfter.map { JSONValue($0) }
        object["cost_usd"] = cost.map { JSONValue($0) }
        object["saves_usd"] = saves.map { JSONValue($0) }
        object["took_ms"] = took.map { JSONValue($0.milliseconds) }
        return .object(object)
    }

    init(json: JSONValue) {
        self.init(
            description: json["words"]?.string ?? "",
            summaryFor: json["summary_for"]?.string.map(CallID.init(rawValue:)),
            summary: json["summary"]?.string.map(CallID.init(rawValue:)),
            model: json["model"]?.string.flatMap { ModelID($0) }, turns: json["turns"]?.int ?? 0,
            tokensBefore: json["tokens_before"]?.int, tokensAfter: json["tokens_after"]?.int,
            cost: json["cost_usd"]?.string.flatMap { USD($0) }, saves: json["saves_usd"]?.string.flatMap { USD($0) },
            took: json["took_ms"]?.double.map { .milliseconds($0) })
    }
}
