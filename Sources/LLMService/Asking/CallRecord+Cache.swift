import LLMCore

extension CallRecord {
    /// Makes it the record of a request that a cached answer answered.
    mutating func take(_ entry: CacheEntry, _ use: CacheUse) {
        model = entry.model
        endpoint = entry.endpoint
        simulated = entry.simulated
        outcome = .ok
        answer = entry.answer
        error = nil
        stoppedBy = nil
        decision.reason = "answered from the cache: \(entry.model)'s answer to the same request in call \(entry.call)"
        decision.cache = use
    }

    /// Makes it the record of a request that another's call answered, or failed to.
    mutating func share(_ call: CallRecord, _ use: CacheUse) {
        model = call.model
        endpoint = call.endpoint
        simulated = call.simulated
        outcome = call.outcome
        answer = call.answer
        error = call.error
        stoppedBy = call.stoppedBy
        let (asked, history) = (decision.asked, decision.history)
        decision = call.decision
        decision.asked = asked
        decision.history = history
        decision.reason = "shared the call \(call.id), which asked the same: \(call.decision.reason)"
        decision.cache = use
    }
}

extension Answer {
    /// The answer as a stream gives it.
    var events: [AnswerEvent] {
        (parts.isEmpty ? plainEvents : orderedEvents) + (logprobs.isEmpty ? [] : [.logprobs(logprobs)])
    }

    private var plainEvents: [AnswerEvent] {
        var events: [AnswerEvent] = []
        if !thinking.isEmpty { events.append(.thinking(thinking)) }
        if !text.isEmpty { events.append(.text(text)) }
        if let refusal, !refusal.isEmpty { events.append(.refusal(refusal)) }
        for (index, call) in toolCalls.enumerated() {
            events.append(.toolCall(index: index, id: call.id, name: call.name, arguments: call.arguments))
        }
        return events
    }

    private var orderedEvents: [AnswerEvent] {
        var events: [AnswerEvent] = []
        var calls = 0
        // The signature of a part comes behind it.
        var waiting: String?
        for part in parts {
            switch part {
            case .thinking(let text, let signature):
                if !text.isEmpty { events.append(.thinking(text)) }
                guard let signature else { continue }
                if text.isEmpty { waiting = signature } else { events.append(.thinkingSignature(signature)) }
                continue
            case .text(let text): events.append(refusal == nil ? .text(text) : .refusal(text))
            case .toolCall(let call):
                events.append(.toolCall(index: calls, id: call.id, name: call.name, arguments: call.arguments))
                calls += 1
            case .native(let dialect, let value): events.append(.native(dialect: dialect, value))
            case .image(let image): events.append(.image(image))
            case .file(let file): events.append(.file(file))
            case .toolResult, .unknown: continue
            }
            if let signature = waiting { events.append(.thinkingSignature(signature)) }
            waiting = nil
        }
        if let waiting { events.append(.thinkingSignature(waiting)) }
        return events
    }

    /// The answer that a reader of these events received.
    init(events: some Sequence<AnswerEvent>) {
        var builder = AnswerBuilder()
        for event in events {
            switch event {
            case .text(let piece): _ = builder.take(.text(piece))
            case .thinking(let piece): _ = builder.take(.thinking(piece))
            case .refusal(let piece): _ = builder.take(.refusal(piece))
            case .thinkingSignature(let signature): _ = builder.take(.thinkingSignature(signature))
            case .image(let image): _ = builder.take(.image(image))
            case .file(let file): _ = builder.take(.file(file))
            case .logprobs(let tokens): _ = builder.take(.logprobs(tokens))
            case .native(let dialect, let part): _ = builder.take(.native(dialect: dialect, part))
            case .toolCall(let index, let id, let name, let arguments):
                _ = builder.take(.toolCall(index: index, id: id, name: name, arguments: arguments))
            case .attempting, .waiting, .responded, .raw, .attemptFailed, .ended: break
            }
        }
        self = builder.answer
    }
}
