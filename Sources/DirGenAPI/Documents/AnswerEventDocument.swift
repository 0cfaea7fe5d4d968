package import LLMCore

/// One event of an answer: a line of `ask --stream` in JSON.
package enum AnswerEventDocument: Document {
    case attempting(model: ModelID, attempt: AttemptID)
    case waiting(model: ModelID, reason: String, expected: Double?)
    case text(String)
    case thinking(String)
    case refusal(String)
    /// An image by its address, or its bytes as a `data:` address.
    case image(url: String)
    /// A recording or a document, or a piece of one: its address, or its bytes as a `data:` address.
    case file(mediaType: String, url: String)
    case logprobs([TokenLogprob])
    case toolCall(index: Int, id: String?, name: String?, arguments: String)
    case attemptFailed(model: ModelID, outcome: AttemptClass)
    case thinkingSignature(String)
    /// A part of the answer that only its dialect knows.
    case native(dialect: WireDialect, part: JSONValue)
    /// Bytes of the provider as they came.
    case raw(dialect: WireDialect, data: String)
    /// The names by which the provider keeps the exchange, by header.
    case responded(names: [String: String])
    case ended(CallDocument)

    private enum Kind: String, Codable {
        case attempting, waiting, text, thinking, refusal, image, file, logprobs
        case toolCall = "tool_call"
        case attemptFailed = "attempt_failed"
        case thinkingSignature = "thinking_signature"
        case native, raw, responded
        case ended
    }

    private enum CodingKeys: String, CodingKey {
        case type, model, attempt, reason
        case expected = "expected_ms"
        case mediaType = "media_type"
        case text, index, id, name, arguments, outcome, signature, dialect, part, data, names, url, tokens, call
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        func type(_ kind: Kind) throws { try object.encode(kind, forKey: .type) }
        switch self {
        case .attempting(let model, let attempt):
            try type(.attempting)
            try object.encode(model, forKey: .model)
            try object.encode(attempt, forKey: .attempt)
        case .waiting(let model, let reason, let expected):
            try type(.waiting)
            try object.encode(model, forKey: .model)
            try object.encode(reason, forKey: .reason)
            try object.encode(expected, forKey: .expected)
        case .text(let piece):
            try type(.text)
            try object.encode(piece, forKey: .text)
        case .thinking(let piece):
            try type(.thinking)
            try object.encode(piece, forKey: .text)
        case .refusal(let piece):
            try type(.refusal)
            try object.encode(piece, forKey: .text)
        case .image(let url):
            try type(.image)
            try object.encode(url, forKey: .url)
        case .file(let mediaType, let url):
            try type(.file)
            try object.encode(mediaType, forKey: .mediaType)
            try object.encode(url, forKey: .url)
        case .logprobs(let tokens):
            try type(.logprobs)
            try object.encode(tokens, forKey: .tokens)
        case .toolCall(let index, let id, let name, let arguments):
            try type(.toolCall)
            try object.encode(index, forKey: .index)
            try object.encode(id, forKey: .id)
            try object.encode(name, forKey: .name)
            try object.encode(arguments, forKey: .arguments)
        case .attemptFailed(let model, let outcome):
            try type(.attemptFailed)
            try object.encode(model, forKey: .model)
            try object.encode(outcome, forKey: .outcome)
        case .thinkingSignature(let signature):
            try type(.thinkingSignature)
            try object.encode(signature, forKey: .signature)
        case .native(let dialect, let part):
            try type(.native)
            try object.encode(dialect, forKey: .dialect)
            try object.encode(part, forKey: .part)
        case .raw(let dialect, let data):
            try type(.raw)
            try object.encode(dialect, forKey: .dialect)
            try object.encode(data, forKey: .data)
        case .responded(let names):
            try type(.responded)
            try object.encode(names, forKey: .names)
        case .ended(let call):
            try type(.ended)
            try object.encode(call, forKey: .call)
        }
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try object.decode(Kind.self, forKey: .type) {
            case .attempting:
                .attempting(
                    model: try object.decode(ModelID.self, forKey: .model),
                    attempt: try object.decode(AttemptID.self, forKey: .attempt))
            case .waiting:
                .waiting(
                    model: try object.decode(ModelID.self, forKey: .model),
                    reason: try object.decode(String.self, forKey: .reason),
                    expected: try object.decodeIfPresent(Double.self, forKey: .expected))
            case .text: .text(try object.decode(String.self, forKey: .text))
            case .thinking: .thinking(try object.decode(String.self, forKey: .text))
            case .refusal: .refusal(try object.decode(String.self, forKey: .text))
            case .image: .image(url: try object.decode(String.self, forKey: .url))
            case .file:
                .file(
                    mediaType: try object.decode(String.self, forKey: .mediaType),
                    url: try object.decode(String.self, forKey: .url))
            case .logprobs: .logprobs(try object.decode([TokenLogprob].self, forKey: .tokens))
            case .toolCall:
                .toolCall(
                    index: try object.decode(Int.self, forKey: .index),
                    id: try object.decodeIfPresent(String.self, forKey: .id),
                    name: try object.decodeIfPresent(String.self, forKey: .name),
                    arguments: try object.decode(String.self, forKey: .arguments))
            case .attemptFailed:
                .attemptFailed(
                    model: try object.decode(ModelID.self, forKey: .model),
                    outcome: try object.decode(AttemptClass.self, forKey: .outcome))
            case .thinkingSignature: .thinkingSignature(try object.decode(String.self, forKey: .signature))
            case .native:
                .native(
                    dialect: try object.decode(WireDialect.self, forKey: .dialect),
                    part: try object.decode(JSONValue.self, forKey: .part))
            case .raw:
                .raw(
                    dialect: try object.decode(WireDialect.self, forKey: .dialect),
                    data: try object.decode(String.self, forKey: .data))
            case .responded: .responded(names: try object.decode([String: String].self, forKey: .names))
            case .ended: .ended(try object.decode(CallDocument.self, forKey: .call))
            }
    }

    package init(_ event: AnswerEvent) {
        switch event {
        case .attempting(let model, let attempt): self = .attempting(model: model, attempt: attempt)
        case .waiting(let wait):
            self = .waiting(model: wait.model, reason: wait.reason, expected: wait.expected?.milliseconds)
        case .text(let piece): self = .text(piece)
        case .thinking(let piece): self = .thinking(piece)
        case .refusal(let piece): self = .refusal(piece)
        case .image(let image): self = .image(url: image.dataURL)
        case .file(let file): self = .file(mediaType: file.mediaType, url: file.dataURL)
        case .logprobs(let tokens): self = .logprobs(tokens)
        case .toolCall(let index, let id, let name, let arguments):
            self = .toolCall(index: index, id: id, name: name, arguments: arguments)
        case .attemptFailed(let report): self = .attemptFailed(model: report.model, outcome: report.outcome)
        case .thinkingSignature(let signature): self = .thinkingSignature(signature)
        case .native(let dialect, let part): self = .native(dialect: dialect, part: part)
        case .raw(let dialect, let bytes):
            self = .raw(dialect: dialect, data: String(decoding: bytes, as: UTF8.self))
        case .responded(let names): self = .responded(names: names)
        case .ended(let record): self = .ended(CallDocument(record))
        }
    }
}
