import LLMCore

/// Chunks of Gemini's stream: each a whole response with a piece of text, as events or as elements of one JSON array.
struct GeminiStreamWriter: Sendable {
    private let head: AnswerHead
    private let flavour: ServerFlavour
    private let asArray: Bool
    private var first = true

    init(_ head: AnswerHead, _ flavour: ServerFlavour, asArray: Bool) {
        self.head = head
        self.flavour = flavour
        self.asArray = asArray
    }

    mutating func append(_ piece: AnswerPiece, outputSoFar: Int?, into out: inout [UInt8]) {
        var usage = head.input
        usage.outputTokens = outputSoFar
        let part: JSONValue
        switch piece {
        case .logprobs(let tokens):
            return chunk(
                parts: [["text": ""]], finish: nil, usage: usage, media: .init(), logprobs: tokens, into: &out)
        case .text(let text), .refusal(let text): part = ["text": .string(text)]
        case .thinking(let text): part = ["text": .string(text), "thought": true]
        case .thinkingSignature(let signature): part = ["text": "", "thoughtSignature": .string(signature)]
        case .image(let image): part = image.geminiPart
        case .file(let file): part = file.geminiPart
        case .toolCall(_, let id, let name, let arguments): part = GeminiPart.call(id, name ?? "", arguments)
        }
        chunk(parts: [part], finish: nil, usage: usage, media: .init(), into: &out)
    }

    mutating func finish(_ end: AnswerEnd, into out: inout [UInt8]) {
        chunk(
            parts: [["text": ""]], finish: FinishWord.gemini(end.finish), usage: end.usage, media: end.media, into: &out
        )
        if asArray { out.append("\n]") }
    }

    mutating func fail(_ error: ServedError, into out: inout [UInt8]) {
        frame(ErrorWriter.body(error, flavour: flavour).value, into: &out)
        if asArray { out.append("\n]") }
    }

    private mutating func chunk(
        parts: [JSONValue], finish: String?, usage: TokenUsage?, media: MediaTokens, logprobs: [TokenLogprob] = [],
        into out: inout [UInt8]
    ) {
        var candidate: JSONObject = ["content": ["parts": .array(parts), "role": "model"]]
        candidate["finishReason"] = finish.map { .string($0) }
        candidate["index"] = 0
        if !logprobs.isEmpty { candidate["logprobsResult"] = Logprobs.gemini(logprobs) }
        var object: JSONObject = ["candidates": [.object(candidate)]]
        if let usage, usage.promptTokens != nil || usage.outputTokens != nil {
            object["usageMetadata"] = .object(GeminiPart.usage(usage, media, tier: head.serviceTier))
        }
        object["modelVersion"] = .string(head.model)
        object["responseId"] = .string(head.id)
        frame(.object(object), into: &out)
    }

    private mutating func frame(_ value: JSONValue, into out: inout [UInt8]) {
        defer { first = false }
        guard asArray else {
            out.append("data: ")
            value.write(into: &out)
            out.append(flavour.crlf ? "\r\n\r\n" : "\n\n")
            return
        }
        out.append(first ? "[" : "\n,\r\n")
        out.append(value.prettyText)
    }
}
