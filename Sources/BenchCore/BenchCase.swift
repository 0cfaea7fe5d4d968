public import LLMCore

/// One row of a dataset in canonical form, with header defaults, template and variables already applied.
public struct BenchCase: Sendable, Hashable {
    public var id: String
    public var task: TaskType
    /// Cases of one group are correlated: the cluster of standard errors.
    public var group: String?
    public var messages: [Message]
    /// Grading value: any of these.
    public var target: [String]
    /// A known-good answer, which passes every assertion.
    public var reference: String?
    public var assertions: [Assertion]
    /// Pass when the score reaches it.
    public var threshold: Double
    public var choices: [String]
    public var parameters: GenerationParameters
    public var repeats: Int?
    /// Glob patterns over `provider/model`.
    public var only: [String]
    public var skip: [String]
    public var slo: ServiceLevel?
    /// Intended send time in milliseconds from the start of an open-loop replay.
    public var at: Double?
    public var weight: Double
    public var split: Split
    public var tags: [String]
    /// Whatever the user wrote, unknown keys under `_extra`.
    public var metadata: JSONObject
    /// Line in its file, one-based.
    public var line: Int
    /// SHA-256 of the canonical row: the pairing key between runs.
    public var hash: String

    public enum Split: String, Sendable, Hashable, Codable, CaseIterable {
        case select, holdout
    }
    public struct ServiceLevel: Sendable, Hashable, Codable {
        /// Milliseconds.
        public var ttfa: Double?
        public var resp: Double?
        public init(ttfa: Double? = nil, resp: Double? = nil) {
            self.ttfa = ttfa
            self.resp = resp
        }
    }

    public init(
        id: String, task: TaskType, group: String? = nil, messages: [Message], target: [String] = [],
        reference: String? = nil,
        assertions: [Assertion] = [], threshold: Double = 1, choices: [String] = [],
        parameters: GenerationParameters = .init(),
        repeats: Int? = nil, only: [String] = [], skip: [String] = [], slo: ServiceLevel? = nil, at: Double? = nil,
        weight: Double = 1,
        split: Split = .select, tags: [String] = [], metadata: JSONObject = .init(), line: Int = 0, hash: String
    ) {
        self.id = id
        self.task = task
        self.group = group
        self.messages = messages
        self.target = target
        self.reference = reference
        self.assertions = assertions
        self.threshold = threshold
        self.choices = choices
        self.parameters = parameters
        self.repeats = repeats
        self.only = only
        self.skip = skip
        self.slo = slo
        self.at = at
        self.weight = weight
        self.split = split
        self.tags = tags
        self.metadata = metadata
        self.line = line
        self.hash = hash
    }
}

/// One check of an answer, by promptfoo's names.
public struct Assertion: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case equals, contains, icontains, regex, latency, cost
        case containsAny = "contains-any"
        case containsAll = "contains-all"
        case icontainsAny = "icontains-any"
        case icontainsAll = "icontains-all"
        case isJSON = "is-json"
        case containsJSON = "contains-json"
    }
    public var kind: Kind
    /// The `not-` form.
    public var negated: Bool
    public var value: JSONValue?
    /// Milliseconds for latency, USD for cost.
    public var threshold: Double?
    public var weight: Double
    /// A name under which scores are summed up.
    public var metric: String?

    public init(
        kind: Kind, negated: Bool = false, value: JSONValue? = nil, threshold: Double? = nil, weight: Double = 1,
        metric: String? = nil
    ) {
        self.kind = kind
        self.negated = negated
        self.value = value
        self.threshold = threshold
        self.weight = weight
        self.metric = metric
    }
    /// As written in a dataset: `not-icontains`.
    public var type: String { (negated ? "not-" : "") + kind.rawValue }
}

/// The input of a grader: the answer, and the measurements that `latency` and `cost` look at.
public struct GradedAnswer: Sendable {
    public var text: String
    /// `resp_ms`.
    public var respMilliseconds: Double
    public var cost: USD?
    public init(text: String, respMilliseconds: Double, cost: USD?) {
        self.text = text
        self.respMilliseconds = respMilliseconds
        self.cost = cost
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
    public init(verdicts: [Verdict], score: Double?, passed: Bool?, graderError: Bool = false) {
        self.verdicts = verdicts
        self.score = score
        self.passed = passed
        self.graderError = graderError
    }
}

/// The matcher of patterns over `provider/model`: `*` is any run of characters, slashes included; `?` is one.
package enum Glob {
    package static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.unicodeScalars)
        let text = Array(text.unicodeScalars)
        var (p, t) = (0, 0)
        // Where to take up again when what followed the last star did not fit: keeps the search quadratic at worst.
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                p = last.pattern + 1
                t = last.text + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
