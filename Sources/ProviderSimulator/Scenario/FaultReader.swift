import LLMCore
import LLMWire
import Yams

/// Reads one entry of a scenario's `faults`.
enum FaultReader {
    private static let effectKeys = [
        "fail", "status", "body", "message", "retry_after_ms", "window", "headers", "delay_ms", "first_token",
        "early_head", "drop", "stall", "cut", "error_event", "malformed_json", "flood", "empty_text", "answer",
        "finish", "usage",
    ]

    static func rule(_ node: Node, _ file: String, number: Int) throws(ScenarioError) -> FaultRule {
        let fields = try YAMLFields(node, file: file, keys: ["name", "match", "when", "then"], what: "a fault")
        let match = try fields.fields("match", keys: Scenario.matchKeys)
        guard let then = try fields.fields("then", keys: effectKeys) else {
            throw fields.error("'then' is missing: a fault must say what happens")
        }
        return FaultRule(
            name: try fields.string("name") ?? "fault \(number)",
            match: try match.map { fields throws(ScenarioError) in try Scenario.match(fields) } ?? RequestMatch(),
            occurrence: try occurrence(fields), effect: try effect(then))
    }

    private static func occurrence(_ fields: YAMLFields) throws(ScenarioError) -> FaultRule.Occurrence {
        let keys = ["probability", "nth", "first", "after", "every"]
        guard let when = try fields.fields("when", keys: keys) else { return .always }
        guard keys.filter(when.has).count == 1 else {
            throw when.error("'when' takes exactly one of \(keys.joined(separator: ", "))")
        }
        if let value = try when.double("probability", 0...1) { return .probability(value) }
        if let value = try when.int("first", 1...Int.max) { return .first(value) }
        if let value = try when.int("after") { return .after(value) }
        if let value = try when.int("every", 1...Int.max) { return .every(value) }
        guard let nodes = try when.nodes("nth") else { return .always }
        var counts: [Int] = []
        for node in nodes {
            guard let count = node.int, count > 0 else { throw when.error(node, "'nth' holds whole numbers from 1") }
            counts.append(count)
        }
        return .nth(counts)
    }

    private static func effect(_ then: YAMLFields) throws(ScenarioError) -> FaultEffect {
        var effect = FaultEffect()
        effect.fail = try then.choice("fail", AttemptClass.self)
        effect.status = try then.int("status", 200...599)
        if let body = then.node("body") {
            effect.body = body.scalar.map { .text($0.string) } ?? .json(YAMLFields.json(body))
        }
        effect.message = try then.string("message")
        effect.retryAfter = try then.double("retry_after_ms")
        effect.window = try window(then)
        effect.headers = try headers(then)
        effect.delay = try then.double("delay_ms")
        effect.drops = try then.bool("drop") ?? false
        effect.earlyHead = try then.bool("early_head") ?? false
        effect.emptyText = try then.bool("empty_text") ?? false
        effect.answer = try then.string("answer")
        effect.usage = try then.choice("usage", FaultEffect.UsageFault.self)
        effect.finish = try finish(then)
        try readPoints(then, into: &effect)
        return effect
    }

    private static func readPoints(_ then: YAMLFields, into effect: inout FaultEffect) throws(ScenarioError) {
        if let first = try then.fields("first_token", keys: ["delay_ms", "absent", "hold_ms"]) {
            effect.firstTokenAbsent = try first.bool("absent") ?? false
            effect.firstTokenDelay = try first.double(first.has("delay_ms") ? "delay_ms" : "hold_ms")
        }
        if let stall = try then.fields("stall", keys: ["after_events", "hold_ms"]) {
            effect.stall = .init(
                after: try stall.int("after_events") ?? 1, hold: try stall.double("hold_ms") ?? 600_000)
        }
        if let cut = try then.fields("cut", keys: ["after_events", "how"]) {
            effect.cutAfter = try cut.int("after_events") ?? 1
            effect.cut = try cut.choice("how", FaultEffect.Cut.self) ?? .clean
        }
        if let event = try then.fields("error_event", keys: ["after_events", "fail"]) {
            effect.errorAfter = try event.int("after_events") ?? 1
            effect.errorEvent = try event.choice("fail", AttemptClass.self) ?? .overloaded
        }
        if let flood = try then.fields("flood", keys: ["after_events"]) {
            effect.floodAfter = try flood.int("after_events") ?? 1
        }
        if let malformed = try then.fields("malformed_json", keys: ["at_event"]) {
            effect.malformedAt = try malformed.int("at_event", 1...Int.max) ?? 1
        }
    }

    private static func window(_ then: YAMLFields) throws(ScenarioError) -> LimitWindow? {
        guard let word = try then.string("window") else { return nil }
        guard let window = LimitWindow(rawValue: word) else {
            throw then.error("'window' must be minute, day or unknown")
        }
        return window
    }

    private static func finish(_ then: YAMLFields) throws(ScenarioError) -> FinishReason.Kind? {
        guard let word = try then.string("finish") else { return nil }
        guard let finish = FinishReason.Kind(rawValue: word) else {
            throw then.error("'finish' must be stop, length, tool_calls, content_filter, refusal, pause or other")
        }
        return finish
    }

    private static func headers(_ then: YAMLFields) throws(ScenarioError) -> [WireHeader] {
        guard let node = then.node("headers") else { return [] }
        guard let mapping = node.mapping else { throw then.error(node, "'headers' maps names to values") }
        var headers: [WireHeader] = []
        for (key, value) in mapping {
            guard let name = key.string, let text = value.scalar?.string,
                name.allSatisfy({ $0.isASCII && !$0.isWhitespace && $0 != ":" }), !text.contains(where: \.isNewline)
            else { throw then.error(value, "a header's name and value must be text on one line") }
            headers.append(WireHeader(name.lowercased(), text))
        }
        return headers
    }
}
