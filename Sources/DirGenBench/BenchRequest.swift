package import BenchCore
package import BenchFormats
package import LLMCore

/// A benchmark run to prepare: the arguments of `dirgen-bench run` as a value.
package struct BenchRequest: Sendable {
    package var datasetPath: String
    /// The way a dataset of another format is read.
    package var datasetOptions: DatasetFile.Options
    /// Empty: those of the file, where it names some; else each configured provider contributes its own.
    package var models: [ArmSpec]
    /// Overrides the dataset's task.
    package var task: TaskType?
    /// Globs over case ids; empty is all.
    package var cases: [String]
    /// Only the first so many of the chosen cases.
    package var limit: Int?
    package var repeats: Int
    /// The rule by which calls follow one another.
    package var load: LoadModel
    /// `nil`: none.
    package var objective: ServiceObjective?
    /// Overrides every provider's own.
    package var concurrency: Int?
    package var limits: TimeLimits
    package var retries: Int
    /// See `RunOptions.fallback`.
    package var fallback: Bool
    package var seed: UInt64
    /// `nil`: one dollar, or no limit where the simulator answers and nothing is paid.
    package var maxCost: USD?
    package var allowUnpriced: Bool
    /// The judge of assertions that a model decides.
    package var judge: JudgeRequest
    package var storeContent: Bool
    /// Take the answers that earlier runs paid for: same messages, model, parameters, address and prices.
    package var reuse: Bool
    /// Derive a table also from a drained or partial run.
    package var derive: Bool
    package var constraints: SelectionConstraints
    /// Share of trials that may end in a provider's fault before the run counts as failed.
    package var maxFailureRate: Double
    /// `reports` folder.
    package var output: String
    package var timeScale: Double
    /// The name of the program that runs it, for reports.
    package var program: String
    /// As the user gave them.
    package var arguments: [String]

    package init(
        datasetPath: String, datasetOptions: DatasetFile.Options = .init(), models: [ArmSpec] = [],
        task: TaskType? = nil, cases: [String] = [], limit: Int? = nil,
        repeats: Int = 1, load: LoadModel = .closed, objective: ServiceObjective? = nil,
        concurrency: Int? = nil, limits: TimeLimits = .init(), retries: Int = 2, fallback: Bool = false,
        seed: UInt64 = 1,
        maxCost: USD? = nil, allowUnpriced: Bool = false, judge: JudgeRequest = .init(), storeContent: Bool = true,
        reuse: Bool = false, derive: Bool = false,
        constraints: SelectionConstraints = .init(), maxFailureRate: Double = 0.1, output: String = "reports",
        timeScale: Double = 1, program: String = "dirgen",
        arguments: [String] = []
    ) {
        self.datasetPath = datasetPath
        self.datasetOptions = datasetOptions
        self.models = models
        self.task = task
        self.cases = cases
        self.limit = limit
        self.repeats = repeats
        self.load = load
        self.objective = objective
        self.concurrency = concurrency
        self.limits = limits
        self.retries = retries
        self.fallback = fallback
        self.seed = seed
        self.maxCost = maxCost
        self.allowUnpriced = allowUnpriced
        self.judge = judge
        self.storeContent = storeContent
        self.reuse = reuse
        self.derive = derive
        self.constraints = constraints
        self.maxFailureRate = maxFailureRate
        self.output = output
        self.timeScale = timeScale
        self.program = program
        self.arguments = arguments
    }
}

/// A model to compare as a user writes it: `provider/model`, or `provider/model@effort=low,temperature=0.2` to fix
/// parameters over those of the cases.
package struct ArmSpec: Sendable, Hashable {
    /// The model as written: `provider/model`, or a bare name for the catalogue to resolve.
    package var model: String
    package var parameters: GenerationParameters

    /// - Throws: ``InputError`` naming the parameter that is not known or whose value does not fit.
    package init(_ text: String) throws(InputError) {
        model = text
        parameters = GenerationParameters()
        guard let at = text.lastIndex(of: "@"), text[at...].contains("=") else { return }
        model = String(text[..<at])
        var given = Set<String>()
        for setting in text[text.index(after: at)...].split(separator: ",", omittingEmptySubsequences: false) {
            let pair = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[1].isEmpty else {
                throw InputError("'\(text)': expected key=value after '@', found '\(setting)'")
            }
            let key = String(pair[0])
            guard given.insert(key).inserted else { throw InputError("'\(text)': \(key) is given twice") }
            try set(key, String(pair[1]), in: text)
        }
    }

    private mutating func set(_ key: String, _ value: String, in text: String) throws(InputError) {
        switch key {
        case "temperature": parameters.temperature = try take(Double(value), value, key, .temperature, in: text)
        case "top_p": parameters.topP = try take(Double(value), value, key, .topP, in: text)
        case "max_tokens": parameters.maxOutputTokens = try take(Int(value), value, key, .maxOutputTokens, in: text)
        case "effort": parameters.reasoningEffort = try take(value, value, key, .effort, in: text)
        case "tier": parameters.serviceTier = value
        default:
            throw InputError(
                "'\(text)': unknown parameter '\(key)'; known are temperature, top_p, max_tokens, effort, tier")
        }
    }

    private func take<Value>(
        _ value: Value?, _ written: String, _ key: String, _ rule: ParameterRule<Value>, in text: String
    ) throws(InputError) -> Value {
        guard let value, rule.allows(value) else {
            throw InputError("'\(text)': \(key) must be \(rule.expected); found '\(written)'")
        }
        return value
    }
}

/// The judge models that a user asks for.
package struct JudgeRequest: Sendable, Hashable {
    /// `provider/model`; `nil`: the configured one.
    package var model: String?
    /// The model of embeddings, `provider/model`; `nil`: the configured one.
    package var embeddings: String?
    /// A judge may judge models of its own family.
    package var allowsSameFamily: Bool
    /// Use a judge without a known price; no budget can cover it.
    package var allowsUnpriced: Bool

    package init(
        model: String? = nil, embeddings: String? = nil, allowsSameFamily: Bool = false, allowsUnpriced: Bool = false
    ) {
        self.model = model
        self.embeddings = embeddings
        self.allowsSameFamily = allowsSameFamily
        self.allowsUnpriced = allowsUnpriced
    }
}
