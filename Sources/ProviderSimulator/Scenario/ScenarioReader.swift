import LLMCore
import Yams

extension Scenario {
    /// Reads a scenario in YAML.
    ///
    /// - Parameters:
    ///   - file: The name that stands in messages.
    /// - Throws: ``ScenarioError`` with line and column of the first thing that is wrong.
    package static func read(yaml: String, file: String) throws(ScenarioError) -> Scenario {
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch { throw syntaxError(error, file) }
        guard let root else { return Scenario() }
        let fields = try YAMLFields(
            root, file: file, keys: ["models", "bad_keys", "limits", "faults", "local"], what: "the scenario")
        var scenario = Scenario()
        scenario.badKeys = try fields.strings("bad_keys") ?? []
        for node in try fields.nodes("models") ?? [] { scenario.models.append(try model(node, file)) }
        for node in try fields.nodes("limits") ?? [] { scenario.limits += try limits(node, file) }
        for node in try fields.nodes("faults") ?? [] {
            scenario.faults.append(try FaultReader.rule(node, file, number: scenario.faults.count + 1))
        }
        scenario.local = try local(fields)
        return scenario
    }

    private static func syntaxError(_ error: any Error, _ file: String) -> ScenarioError {
        guard let error = error as? YamlError else {
            return ScenarioError(file: file, line: 1, column: 1, message: "cannot be read")
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return ScenarioError(file: file, line: mark.line, column: mark.column, message: problem)
        default: return ScenarioError(file: file, line: 1, column: 1, message: "not YAML")
        }
    }

    static let matchKeys = ["provider", "model", "key", "streaming", "prompt"]

    static func match(_ fields: YAMLFields) throws(ScenarioError) -> RequestMatch {
        let provider = try fields.string("provider").map { ProviderID($0) }
        if let provider, ProviderFace.of(provider) == nil {
            let known = ProviderFace.all.map(\.provider.rawValue).joined(separator: ", ")
            throw fields.error("'provider' is '\(provider)'; known are \(known)")
        }
        return RequestMatch(
            provider: provider, model: try fields.string("model"), key: try fields.string("key"),
            streaming: try fields.bool("streaming"), prompt: try fields.string("prompt"))
    }

    private static let limitKeys: [(String, RateLimitReading.Bucket.Resource, LimitWindow)] = [
        ("requests_per_minute", .requests, .minute), ("requests_per_day", .requests, .day),
        ("tokens_per_minute", .tokens, .minute), ("tokens_per_day", .tokens, .day),
        ("input_tokens_per_minute", .inputTokens, .minute), ("output_tokens_per_minute", .outputTokens, .minute),
    ]

    private static func limits(_ node: Node, _ file: String) throws(ScenarioError) -> [LimitRule] {
        let fields = try YAMLFields(
            node, file: file, keys: ["provider", "model", "key"] + limitKeys.map(\.0), what: "a limit")
        let match = try match(fields)
        var rules: [LimitRule] = []
        for (key, resource, window) in limitKeys {
            guard let limit = try fields.int(key) else { continue }
            rules.append(LimitRule(match: match, resource: resource, window: window, limit: limit))
        }
        guard !rules.isEmpty else {
            throw fields.error("a limit needs one of \(limitKeys.map(\.0).joined(separator: ", "))")
        }
        return rules
    }

    private static func local(_ fields: YAMLFields) throws(ScenarioError) -> LocalStock {
        var stock = LocalStock()
        let keys = ["pulled", "broken_pulls", "private", "escaped_progress", "image_bytes", "pull_ms"]
        guard let local = try fields.fields("local", keys: keys) else { return stock }
        stock.pulled = try local.strings("pulled")
        stock.brokenPulls = try local.strings("broken_pulls") ?? stock.brokenPulls
        stock.privateModels = try local.strings("private") ?? stock.privateModels
        stock.escapesProgress = try local.bool("escaped_progress") ?? stock.escapesProgress
        stock.imageBytes = try local.int("image_bytes", 1...Int.max) ?? stock.imageBytes
        stock.pullTime = try local.double("pull_ms") ?? stock.pullTime
        return stock
    }

    private static let modelKeys = [
        "id", "quality", "usual_quality", "first_token_ms", "first_token_sigma", "tokens_per_second",
        "event_characters", "reasoning", "reasoning_tokens", "context_window", "max_output", "load_ms",
        "usd_per_million",
    ]

    /// A model starts from the built-in one of its name, else from its provider's first.
    private static func model(_ node: Node, _ file: String) throws(ScenarioError) -> SimulatedModel {
        let fields = try YAMLFields(node, file: file, keys: modelKeys, what: "a model")
        let name = try fields.required("id")
        guard let id = ModelID(name), ProviderFace.of(id.provider) != nil else {
            throw fields.error("'id' must be provider/model with a provider the simulator plays, not '\(name)'")
        }
        let known = SimulatedModels.builtIn
        guard var model = known.first(where: { $0.id == id }) ?? known.first(where: { $0.id.provider == id.provider })
        else { throw fields.error("no model of \(id.provider) to start from") }
        if model.id != id {
            model.id = id
            model.displayName = id.name
        }
        model.usualQuality = try fields.double("usual_quality", 0...1) ?? model.usualQuality
        if let quality = fields.node("quality") { model.quality = try self.quality(quality, fields) }
        model.firstTokenMedian = try fields.double("first_token_ms") ?? model.firstTokenMedian
        model.firstTokenSigma = try fields.double("first_token_sigma", 0...3) ?? model.firstTokenSigma
        model.tokensPerSecond = try fields.double("tokens_per_second", 0.1...1e6) ?? model.tokensPerSecond
        if let characters = try fields.double("event_characters") {
            model.eventSize = .init(median: characters, sigma: characters == 0 ? 0 : 0.4)
        }
        model.contextWindow = try fields.int("context_window", 1...Int.max) ?? model.contextWindow
        model.maxOutput = try fields.int("max_output", 1...Int.max) ?? model.maxOutput
        model.loadTime = try fields.double("load_ms") ?? model.loadTime
        model.reasoningMedian = try fields.double("reasoning_tokens") ?? model.reasoningMedian
        try reasoning(of: &model, fields)
        try price(of: &model, fields)
        return model
    }

    private static func quality(_ node: Node, _ fields: YAMLFields) throws(ScenarioError) -> [TaskType: Double] {
        guard let mapping = node.mapping else { throw fields.error(node, "'quality' maps tasks to 0...1") }
        var quality: [TaskType: Double] = [:]
        for (key, value) in mapping {
            guard let task = key.string, let number = value.float ?? value.int.map(Double.init),
                (0...1).contains(number)
            else { throw fields.error(value, "a quality must be a number in 0...1") }
            quality[TaskType(task)] = number
        }
        return quality
    }

    private static func reasoning(of model: inout SimulatedModel, _ fields: YAMLFields) throws(ScenarioError) {
        guard let word = try fields.string("reasoning") else { return }
        let words: [String: SimulatedModel.Reasoning] = [
            "none": .none, "hidden": .hidden, "shown": .shown, "on_request": .onRequest, "when_asked": .whenAsked,
        ]
        guard let reasoning = words[word] else {
            throw fields.error("'reasoning' must be one of \(words.keys.sorted().joined(separator: ", "))")
        }
        model.reasoning = reasoning
    }

    private static func price(of model: inout SimulatedModel, _ fields: YAMLFields) throws(ScenarioError) {
        guard let price = try fields.fields("usd_per_million", keys: ["input", "cached_input", "output"]) else {
            return
        }
        func perToken(_ key: String) throws(ScenarioError) -> USD? {
            guard let text = try price.string(key) else { return nil }
            guard let dollars = USD(text), dollars >= .zero else {
                throw price.error("'\(key)' must be a decimal amount of dollars")
            }
            return USD(pico: dollars.pico / 1_000_000)
        }
        guard let input = try perToken("input"), let output = try perToken("output") else {
            throw price.error("'usd_per_million' needs input and output")
        }
        model.price = .init(input: input, cachedInput: try perToken("cached_input") ?? input, output: output)
    }
}
