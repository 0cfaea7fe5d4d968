import LLMCore

extension AssertionJudge {
    /// Judges the kinds that look at the call, not at the text.
    func judgeMeasurement(_ assertion: Assertion) -> Finding {
        switch assertion.kind {
        case .latency: latency(assertion.threshold ?? 0)
        case .cost: cost(assertion.threshold ?? 0)
        default: finishReason(assertion.text)
        }
    }

    private func latency(_ threshold: Double) -> Finding {
        guard let resp = answer.respMilliseconds else { return .unscored("no response was measured") }
        let words = "answered in \(NumberText.duration(milliseconds: resp))"
        let limit = NumberText.duration(milliseconds: threshold)
        return resp <= threshold ? .holds(words) : .fails("\(words), expected at most \(limit)")
    }

    private func cost(_ threshold: Double) -> Finding {
        guard let cost = answer.cost else { return .unscored("the cost of the call is unknown") }
        return cost.dollars <= threshold
            ? .holds("cost $\(cost)") : .fails("cost $\(cost), expected at most \(NumberText.dollars(threshold))")
    }

    private func finishReason(_ expected: String) -> Finding {
        guard let finish = answer.finish else { return .unscored("why the answer ended is unknown") }
        return finish.name == expected || finish.raw == expected
            ? .holds("ended with \(finish.name)")
            : .fails("ended with \(finish.name.shown(limit: 40)), expected \(expected.shown(limit: 40))")
    }

    /// Every call has a name and an object of arguments, and, where the row lists tools, is of one of them and fits its parameters.
    /// Calls are those of the answer, else its text as JSON in OpenAI's form.
    func judgeToolCalls(_ assertion: Assertion) -> Finding {
        let calls = answer.toolCalls.isEmpty ? AssertionJudge.calls(in: nfc) : answer.toolCalls
        guard let calls, !calls.isEmpty else { return .fails("no tool call") }
        for call in calls {
            guard !call.name.isEmpty else { return .fails("a tool call without a name") }
            guard let json = AnswerJSON(Array(call.arguments.utf8)[...]), json.value.object != nil else {
                return .fails("the arguments of \(call.name.shown(limit: 40)) are no JSON object")
            }
            if let ambiguity = json.ambiguity { return .fails("\(call.name.shown(limit: 40)): \(ambiguity)") }
            let arguments = json.value
            guard let tools = assertion.value?.array else { continue }
            guard let tool = tools.first(where: { $0["function"]?["name"]?.string == call.name }) else {
                return .fails("\(call.name.shown(limit: 40)) is none of the tools")
            }
            guard let schema = tool["function"]?["parameters"] else { continue }
            let finding = fits(arguments, schema, at: call.name.shown(limit: 40))
            guard case .holds = finding else { return finding }
        }
        return .holds("\(calls.count) well-formed tool call\(calls.count == 1 ? "" : "s")")
    }

    private static func calls(in text: String) -> [ToolCall]? {
        guard let json = AnswerText.json(in: text), json.ambiguity == nil else { return nil }
        let value = json.value
        let items = value["tool_calls"]?.array ?? value.array ?? [value]
        let calls = items.compactMap { item -> ToolCall? in
            guard item["type"]?.string == "function", let name = item["function"]?["name"]?.string,
                let arguments = item["function"]?["arguments"]?.string
            else { return nil }
            return ToolCall(id: item["id"]?.string ?? "", name: name, arguments: arguments)
        }
        return calls.count == items.count ? calls : nil
    }
}
