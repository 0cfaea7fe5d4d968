import LLMCore
import LLMWire

/// Decides what a model answers and when each piece of it leaves.
struct AnswerPlanner: Sendable {
    /// The inputs of an answer plan.
    struct Input: Sendable {
        var model: SimulatedModel
        var client: ClientRequest
        var flavour: ServerFlavour
        var reference: SimulatorReference?
        var head: AnswerHead
        var inputTokens: Int
        var cache = SimulatedPromptCache.Use()
        var effect: FaultEffect?
    }

    let references: ReferenceAnswers
    let timeScale: Double

    func plan(_ input: Input, _ chance: inout SimulatedChance) -> AnswerPlan {
        var degradation: Degradation?
        let call = toolCall(input)
        var text = call == nil ? answer(input, &degradation, &chance) : ""
        let stopped = stopSequence(in: text, input.client.request.parameters.stop)
        if let stopped { text = String(text[..<stopped.range.lowerBound]) }
        var content = Content(
            thinking: thoughts(input, &chance), text: TokenPieces.split(text), call: call,
            finish: call == nil ? .stop : .toolCalls)
        content.stopSequence = stopped?.sequence
        content.fit(input.client.request.parameters.maxOutputTokens ?? input.model.maxOutput)
        if let finish = input.effect?.finish { content.finish = finish }
        return schedule(content, input, degradation, &chance)
    }

    // MARK: Content

    private struct Content {
        var thinking: (pieces: [String], shown: Bool)
        var text: [String]
        var call: ToolCall?
        var finish: FinishReason.Kind
        var stopSequence: String?

        var callTokens: Int { call.map { TokenPieces.count($0.name + $0.arguments) + 8 } ?? 0 }
        var outputTokens: Int { thinking.pieces.count + text.count + callTokens }

        /// Cuts what is over the limit, hidden reasoning included.
        mutating func fit(_ limit: Int?) {
            guard let limit, outputTokens > limit else { return }
            thinking.pieces = Array(thinking.pieces.prefix(limit))
            text = Array(text.prefix(max(0, limit - thinking.pieces.count)))
            call = nil
            stopSequence = nil
            finish = .length
        }
    }

    private func answer(
        _ input: Input, _ degradation: inout Degradation?, _ chance: inout SimulatedChance
    ) -> String {
        if let effect = input.effect, effect.emptyText || effect.answer != nil {
            return effect.emptyText ? "" : effect.answer ?? ""
        }
        guard let reference = input.reference else { return GenericAnswer.write(input.client.request, &chance) }
        if chance.chance(input.model.quality(for: reference.task)) { return reference.answer }
        let kind = Degradation.draw(&chance)
        degradation = kind
        return kind.spoil(reference.answer, task: reference.task, references: references, &chance)
    }

    private func toolCall(_ input: Input) -> ToolCall? {
        let request = input.client.request
        guard let choice = request.toolChoice else { return nil }
        let tool: ToolDefinition? =
            switch choice {
            case .required: request.tools.first
            case .tool(let name): request.tools.first { $0.name == name }
            case .auto, .none: nil
            }
        return tool.map {
            ToolCall(
                id: "call_\(input.head.id.suffix(12))", name: $0.name,
                arguments: SchemaSample.make($0.parameters).text)
        }
    }

    private func thoughts(_ input: Input, _ chance: inout SimulatedChance) -> (pieces: [String], shown: Bool) {
        let model = input.model
        let asked = input.client.showThinking
        guard model.reasoning != .none, model.reasoningMedian > 0, model.reasoning != .whenAsked || asked else {
            return ([], false)
        }
        let effort: [String: Double] = ["none": 0, "minimal": 0.1, "low": 0.5, "high": 2, "max": 4]
        let factor = input.client.request.parameters.reasoningEffort.flatMap { effort[$0] } ?? 1
        let tokens = Int(chance.logNormal(median: model.reasoningMedian, sigma: 0.5) * factor)
        let pieces = GenericAnswer.thoughts(about: input.client.request, tokens: tokens, &chance)
        return (pieces, model.reasoning != .hidden && asked)
    }

    private func stopSequence(in text: String, _ stops: [String]?) -> (range: Range<String.Index>, sequence: String)? {
        (stops ?? []).filter { !$0.isEmpty }
            .compactMap { stop in text.firstRange(of: stop).map { ($0, stop) } }
            .min { $0.0.lowerBound < $1.0.lowerBound }
    }

    // MARK: Timetable

    private func schedule(
        _ content: Content, _ input: Input, _ degradation: Degradation?, _ chance: inout SimulatedChance
    ) -> AnswerPlan {
        let model = input.model
        let wait = firstToken(input, &chance)
        let perToken = 1 / (model.tokensPerSecond * chance.logNormal(median: 1, sigma: 0.2))
        let hidden = content.thinking.shown ? 0 : content.thinking.pieces.count
        var timetable = Timetable(
            cursor: wait + Double(hidden) * perToken, perToken: perToken, size: model.eventSize, scale: timeScale)
        if content.thinking.shown {
            timetable.add(content.thinking.pieces, counts: false, &chance) { .thinking($0) }
            if !content.thinking.pieces.isEmpty, input.flavour.dialect == .anthropic {
                timetable.addInstant(.thinkingSignature("c2ltdWxhdGVk"))
            }
        }
        timetable.add(content.text, counts: true, &chance) { .text($0) }
        if let call = content.call {
            timetable.addInstant(.toolCall(index: 0, id: call.id, name: call.name, arguments: ""))
            timetable.add(TokenPieces.split(call.arguments), counts: true, &chance) {
                .toolCall(index: 0, id: nil, name: nil, arguments: $0)
            }
        }
        let usage = usage(content, input)
        let cost = model.cost(usage, at: input.head.createdAt * 1_000_000)
        let completion = max(0, timetable.cursor - wait)
        let end = AnswerEnd(
            finish: content.finish, stopSequence: content.stopSequence,
            usage: input.effect?.usage == .missing ? nil : usage,
            timing: AnswerTiming(
                queue: .seconds(wait * 0.8 * timeScale), prompt: .seconds(wait * 0.2 * timeScale),
                completion: .seconds(completion * timeScale)),
            billed: input.flavour.billsInTicks ? cost : nil)
        let lead = Self.lead[input.flavour.dialect] ?? 1
        return AnswerPlan(
            answer: answer(content, input, end), steps: timetable.steps,
            startsAt: .seconds(wait * lead * timeScale), endsAt: .seconds(timetable.cursor * timeScale),
            usage: usage, cost: cost, degradation: degradation)
    }

    /// The instant at which a stream's first bytes leave, as a share of its time to first token: events that a client
    /// must not count as a token.
    private static let lead: [WireDialect: Double] = [
        .openai: 0.95, .openaiResponses: 0.3, .anthropic: 0.6, .gemini: 1,
    ]

    /// Seconds. One call in seventy waits much longer.
    private func firstToken(_ input: Input, _ chance: inout SimulatedChance) -> Double {
        let model = input.model
        var wait = chance.logNormal(median: model.firstTokenMedian, sigma: model.firstTokenSigma) / 1_000
        if chance.chance(0.015) { wait *= 5 + 5 * chance.uniform() }
        return wait + (input.effect?.firstTokenDelay ?? 0) / 1_000
    }

    private func usage(_ content: Content, _ input: Input) -> TokenUsage {
        var usage = TokenUsage(promptTokens: input.inputTokens, cache: input.cache)
        usage.outputTokens = content.outputTokens
        usage.reasoningTokens = content.thinking.pieces.count
        return usage
    }

    private func answer(_ content: Content, _ input: Input, _ end: AnswerEnd) -> ServedAnswer {
        let shown = content.thinking.shown && !content.thinking.pieces.isEmpty
        return ServedAnswer(
            head: input.head, thinking: shown ? content.thinking.pieces.joined() : nil,
            thinkingSignature: shown && input.flavour.dialect == .anthropic ? "c2ltdWxhdGVk" : nil,
            text: content.text.joined(), toolCalls: content.call.map { [$0] } ?? [], end: end)
    }
}
