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
    /// Known-bad answers, each of which fails the row.
    public var badAnswers: [String]
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
        reference: String? = nil, badAnswers: [String] = [],
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
        self.badAnswers = badAnswers
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
