public import LLMCore

/// One check of an answer, by promptfoo's names.
public struct Assertion: Sendable, Hashable {
    /// The type as a dataset writes it, without `not-`.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case equals, contains, icontains, regex, latency, cost
        case containsAny = "contains-any"
        case containsAll = "contains-all"
        case icontainsAny = "icontains-any"
        case icontainsAll = "icontains-all"
        case startsWith = "starts-with"
        case endsWith = "ends-with"
        case isJSON = "is-json"
        case containsJSON = "contains-json"
        case jsonPath = "json-path"
        case isXML = "is-xml"
        case levenshtein, bleu
        case rougeN = "rouge-n"
        case wordCount = "word-count"
        case sentenceCount = "sentence-count"
        case characterCount = "character-count"
        case numeric, choice
        case isOpenAIToolsCall = "is-valid-openai-tools-call"
        case finishReason = "finish-reason"
        case assertSet = "assert-set"
        case isSQL = "is-sql"
        case code, sql, plan, similar, pairwise, instructions
        case llmRubric = "llm-rubric"
    }
    public var kind: Kind
    /// The `not-` form.
    public var negated: Bool
    public var value: JSONValue?
    /// Milliseconds for latency, USD for cost, edits for levenshtein, else a share from 0 to 1.
    public var threshold: Double?
    /// The members that only its kind has, as written: `path`, `tolerance`, `tests`, …
    public var options: JSONObject
    /// The checks of an `assert-set`.
    public var nested: [Assertion]
    public var weight: Double
    /// A name under which scores are summed up.
    public var metric: String?

    public init(
        kind: Kind, negated: Bool = false, value: JSONValue? = nil, threshold: Double? = nil,
        options: JSONObject = JSONObject(), nested: [Assertion] = [], weight: Double = 1, metric: String? = nil
    ) {
        self.kind = kind
        self.negated = negated
        self.value = value
        self.threshold = threshold
        self.options = options
        self.nested = nested
        self.weight = weight
        self.metric = metric
    }
    /// As written in a dataset: `not-icontains`.
    public var type: String { (negated ? "not-" : "") + kind.rawValue }
}

extension Assertion.Kind {
    /// The kinds that another model decides, which costs.
    public static let judged: Set<Assertion.Kind> = [.llmRubric, .pairwise, .similar]

    /// The means by which a kind is judged.
    public enum Means: Sendable, Hashable {
        /// By the answer's text, or what came with it: the grader alone.
        case text
        /// By what is known of the call beside its text.
        case measurement
        /// By its own nested assertions.
        case set
        /// By running or asking something: an ``AssertionEvaluator``.
        case evaluator
    }

    public var means: Means {
        switch self {
        case .latency, .cost, .finishReason: .measurement
        case .assertSet: .set
        case .isSQL, .code, .sql, .plan, .similar, .pairwise, .llmRubric, .instructions: .evaluator
        default: .text
        }
    }
}

extension Assertion {
    /// Itself, or a member of its set, is of one of these kinds.
    public func holds(_ kinds: Set<Kind>) -> Bool { kinds.contains(kind) || nested.contains { $0.holds(kinds) } }
}

extension BenchCase {
    /// Another model has a part in the grade.
    public var needsJudge: Bool { assertions.contains { $0.holds(Assertion.Kind.judged) } }

    /// A part of the grade is found by running or asking something, which takes a while and may be interrupted.
    package var needsEvaluator: Bool { assertions.contains { $0.leaves.contains { $0.kind.means == .evaluator } } }
}
