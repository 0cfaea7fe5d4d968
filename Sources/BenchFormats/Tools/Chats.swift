import BenchCore
import LLMCore

extension DatasetFormat {
    /// Chats for fine-tuning: the last turn is the assistant's.
    static let fineTuning = DatasetFormat(
        name: "chats for fine-tuning", prefix: "chat", task: "general",
        recognises: { table in
            table.hasOnly(["messages", "tools", "functions", "parallel_tool_calls", "id", "metadata"])
                && table.rows.first?.object["messages"]?.array?.last?["role"] == "assistant"
        }
    ) { row, context throws(SourceRow.Fault) in
        for key in ["tools", "functions"] where row.has(key) {
            throw SourceRow.Fault(message: "\(key): tools cannot be carried over")
        }
        let messages = try row.value("messages").array ?? []
        guard let last = messages.last, last["role"] == "assistant", let answer = last["content"]?.string else {
            throw SourceRow.Fault(message: "messages: the last turn is not a text of the assistant")
        }
        var made: JSONObject = ["messages": .array(Array(messages.dropLast()))]
        made.setLastTurn(answer, context.options)
        made["id"] = try row.label("id").map(JSONValue.string)
        if let metadata = row.take("metadata") { made["metadata"] = metadata }
        return [made]
    }

    /// Recorded traffic: prompts with the length of their answers and the time they were sent (GuideLLM, AIPerf, vLLM, ShareGPT).
    ///
    /// Times count from the earliest. GuideLLM's are seconds, those of the others milliseconds.
    static let traces = DatasetFormat(
        name: "traces", prefix: "trace", task: "general",
        recognises: { table in
            guard let row = table.rows.first?.object, row["input"] == nil, row["messages"] == nil, row["assert"] == nil
            else {
                return false
            }
            let isTimed = traceLengths.contains { row[$0] != nil } || row["timestamp"] != nil
            return row["conversations"]?.array != nil || (isTimed && (row["prompt"] != nil || row["text"] != nil))
                || row["hash_ids"] != nil
        },
        convert: { row, context throws(SourceRow.Fault) in
            var made = JSONObject()
            if row.has("conversations") {
                try made.readShareGPT(row.value("conversations"), context.options)
            } else if row.has("prompt") || row.has("text") {
                made["input"] = .string(try row.has("prompt") ? row.text("prompt") : row.text("text"))
            } else {
                throw SourceRow.Fault(
                    message: "there is no \"prompt\" or \"text\": a trace of lengths alone has nothing to ask")
            }
            for key in traceLengths where row.has(key) {
                let length = try row.value(key)
                guard let tokens = length.int, tokens > 0 else {
                    throw SourceRow.Fault(message: "\(key): expected a number of tokens, found \(length.kind)")
                }
                made["params"] = ["max_tokens": JSONValue(tokens)]
            }
            let isSeconds = row.has("prompt_tokens_count") || row.has("output_tokens_count")
            if let time = row.take("timestamp") {
                guard let time = time.double, time.isFinite, time >= 0 else {
                    throw SourceRow.Fault(message: "timestamp: expected a number, 0 or more, found \(time.kind)")
                }
                made["at_ms"] = JSONValue(isSeconds ? time * 1_000 : time)
            }
            made["id"] = try row.label("id").map(JSONValue.string)
            return [made]
        },
        finish: { rows in
            guard let start = rows.compactMap({ $0["at_ms"]?.double }).min() else { return }
            for index in rows.indices {
                guard let time = rows[index]["at_ms"]?.double else { continue }
                rows[index]["at_ms"] = JSONValue(((time - start) * 1_000).rounded() / 1_000)
            }
        })

    private static let traceLengths = ["output_tokens_count", "output_length", "output_tokens", "osl"]
}

extension JSONObject {
    /// The recorded answer: compared with, or kept as a known-good one.
    fileprivate mutating func setLastTurn(_ answer: String, _ options: DatasetFile.Options) {
        self[options.lastTurnIsTarget ? "target" : "reference"] = .string(answer)
    }

    /// Turns `{"from": "human", "value": …}`; the last one, if the model's, is the recorded answer.
    fileprivate mutating func readShareGPT(_ value: JSONValue, _ options: DatasetFile.Options) throws(SourceRow.Fault) {
        let roles = ["human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant", "system": "system"]
        var messages: [(role: String, text: String)] = []
        for turn in value.array ?? [] {
            let from = turn["from"]?.string ?? turn["role"]?.string ?? ""
            guard let role = roles[from], let text = turn["value"]?.string ?? turn["content"]?.string else {
                throw SourceRow.Fault(
                    message: "conversations: a turn of \(from.shown(limit: 40)) cannot be carried over")
            }
            messages.append((role, text))
        }
        if let last = messages.last, last.role == "assistant" {
            messages.removeLast()
            setLastTurn(last.text, options)
        }
        guard !messages.isEmpty else { throw SourceRow.Fault(message: "conversations: there is no turn to ask") }
        self["messages"] = .array(messages.map { ["role": .string($0.role), "content": .string($0.text)] })
    }
}
