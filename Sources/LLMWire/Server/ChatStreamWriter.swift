import LLMCore

/// Chunks of a chat stream, OpenAI's and those made after it.
struct ChatStreamWriter: Sendable {
    private let flavour: ServerFlavour
    private let head: AnswerHead
    private let includeUsage: Bool
    /// The constant part of every chunk, up to `choices`.
    private let prefix: [UInt8]
    private var saidRole = false
    private var images = 0
    private var speech: SpeechPieces?
    private var count = 0

    init(_ head: AnswerHead, _ flavour: ServerFlavour, includeUsage: Bool) {
        self.head = head
        self.flavour = flavour
        self.includeUsage = includeUsage
        var prefix: [UInt8] = Array("data: {\"id\":".utf8)
        JSONValue.writeString(head.id, into: &prefix)
        prefix.append(",\"object\":\"chat.completion.chunk\",\"created\":\(head.createdAt),\"model\":")
        JSONValue.writeString(head.model, into: &prefix)
        if let tier = head.serviceTier, flavour.obfuscates {
            prefix.append(",\"service_tier\":")
            JSONValue.writeString(tier, into: &prefix)
        }
        if let fingerprint = head.systemFingerprint {
            prefix.append(",\"system_fingerprint\":")
            JSONValue.writeString(fingerprint, into: &prefix)
        }
        prefix.append(",\"choices\":[")
        self.prefix = prefix
    }

    mutating func start(into out: inout [UInt8]) {
        guard flavour.opensWithRole else { return }
        saidRole = true
        let content: StaticString = flavour.opensWithNull ? "null" : "\"\""
        let refusal = flavour.obfuscates
        chunk(into: &out, extra: groq(seed: true)) { out in
            out.append("\"role\":\"assistant\",\"content\":")
            out.append(content)
            if refusal { out.append(",\"refusal\":null") }
        }
    }

    mutating func append(_ piece: AnswerPiece, into out: inout [UInt8]) {
        switch piece {
        case .text(let text): field("content", text, into: &out)
        case .refusal(let text): field(flavour.obfuscates ? "refusal" : "content", text, into: &out)
        case .thinking(let text):
            guard let name = flavour.reasoningField else { return }
            field(name, text, channel: flavour.reasoningChannel, into: &out)
        case .thinkingSignature: return
        case .image(let image):
            let (role, index) = (takeRole(), images)
            images += 1
            chunk(into: &out) { out in
                if role { out.append("\"role\":\"assistant\",") }
                out.append("\"images\":[")
                image.chatImage(index: index).write(into: &out)
                out.append("]")
            }
        case .logprobs(let tokens):
            let role = takeRole()
            chunk(logprobs: tokens, into: &out) { out in if role { out.append("\"role\":\"assistant\"") } }
        case .file(let file): if case .base64(let data) = file.source { append(speech: data, into: &out) }
        case .toolCall(let index, let id, let name, let arguments):
            var function: JSONObject = [:]
            function["name"] = name.map { .string($0) }
            function["arguments"] = .string(arguments)
            var call: JSONObject = ["index": JSONValue(index)]
            call["id"] = id.map { .string($0) }
            if id != nil { call["type"] = "function" }
            call["function"] = .object(function)
            let role = takeRole()
            chunk(into: &out) { out in
                if role { out.append("\"role\":\"assistant\",") }
                out.append("\"tool_calls\":[")
                JSONValue.object(call).write(into: &out)
                out.append("]")
            }
        }
    }

    mutating func finish(_ end: AnswerEnd, into out: inout [UInt8]) {
        let usage = end.usage.map {
            UsageWriter.write($0, flavour: flavour, timing: end.timing, billed: end.billed, media: end.media)
        }
        endSpeech(into: &out)
        chunk(finish: FinishWord.chat(end.finish), into: &out, extra: finishExtra(usage)) { _ in }
        if includeUsage, let usage { usageChunk(usage, end, into: &out) }
        out.append("data: [DONE]\n\n")
    }

    func fail(_ error: ServedError, into out: inout [UInt8]) {
        let encoded = ErrorWriter.body(error, flavour: flavour)
        if flavour.errors == .groq { out.append("event: error\n") }
        out.append("data: ")
        var value = encoded.value
        if flavour.errors == .groq, var inner = value["error"]?.object {
            inner["status_code"] = JSONValue(encoded.status)
            value = ["error": .object(inner)]
        }
        value.write(into: &out)
        out.append("\n\n")
    }

    // MARK: Sound

    private mutating func append(speech data: String, into out: inout [UInt8]) {
        let isFirst = speech == nil
        var pieces = speech ?? SpeechPieces()
        let text = pieces.take(data)
        speech = pieces
        if isFirst {
            // Clients join what is said twice.
            audio(["id": .string("audio_\(head.id)"), "transcript": ""], into: &out)
        }
        if !text.isEmpty { audio(["data": .string(text)], into: &out) }
    }

    private mutating func endSpeech(into out: inout [UInt8]) {
        guard let rest = speech?.flush() else { return }
        if !rest.isEmpty { audio(["data": .string(rest)], into: &out) }
        audio(["expires_at": .number(JSONNumber(head.createdAt))], into: &out)
    }

    private mutating func audio(_ fields: JSONValue, into out: inout [UInt8]) {
        let role = takeRole()
        chunk(into: &out) { out in
            if role { out.append("\"role\":\"assistant\",") }
            out.append("\"audio\":")
            fields.write(into: &out)
        }
    }

    // MARK: Chunks

    private mutating func takeRole() -> Bool {
        defer { saidRole = true }
        return !saidRole
    }

    private mutating func field(_ name: String, _ text: String, channel: Bool = false, into out: inout [UInt8]) {
        let role = takeRole()
        chunk(into: &out) { out in
            out.append("\"\(name)\":")
            JSONValue.writeString(text, into: &out)
            if channel { out.append(",\"channel\":\"analysis\"") }
            if role { out.append(",\"role\":\"assistant\"") }
        }
    }

    private mutating func chunk(
        finish: String? = nil, logprobs: [TokenLogprob] = [], into out: inout [UInt8], extra: JSONObject = .init(),
        delta: (inout [UInt8]) -> Void
    ) {
        count += 1
        let start = out.count
        out.append(contentsOf: prefix)
        out.append("{\"index\":0,\"delta\":{")
        delta(&out)
        out.append("}")
        if !logprobs.isEmpty {
            out.append(",\"logprobs\":")
            Logprobs.openAI(logprobs).write(into: &out)
        } else if flavour.spellsLogprobs {
            out.append(",\"logprobs\":null")
        }
        if let finish {
            out.append(",\"finish_reason\":\"\(finish)\"")
        } else if flavour.spellsNullFinish {
            out.append(",\"finish_reason\":null")
        }
        out.append("}]")
        if includeUsage, flavour.spellsNullUsage { out.append(",\"usage\":null") }
        close(start, extra, into: &out)
    }

    private mutating func usageChunk(_ usage: JSONValue, _ end: AnswerEnd, into out: inout [UInt8]) {
        count += 1
        let start = out.count
        out.append(contentsOf: prefix)
        out.append("],\"usage\":")
        usage.write(into: &out)
        var extra = JSONObject()
        if flavour.timings == .llamaMilliseconds, let tokens = end.usage, let timing = end.timing {
            extra["timings"] = UsageWriter.llamaTimings(tokens, timing)
        }
        if flavour.streamUsage == .groq { extra["service_tier"] = .string(head.serviceTier ?? "on_demand") }
        close(start, extra, into: &out)
    }

    private func close(_ start: Int, _ extra: JSONObject, into out: inout [UInt8]) {
        for member in extra {
            out.append(",")
            JSONValue.writeString(member.key, into: &out)
            out.append(":")
            member.value.write(into: &out)
        }
        if flavour.obfuscates { Obfuscation.write(length: out.count - start, count: count, into: &out) }
        out.append("}\n\n")
    }

    private func groq(seed: Bool) -> JSONObject {
        guard flavour.streamUsage == .groq else { return .init() }
        return ["x_groq": ["id": .string(head.requestID), "seed": .number(JSONNumber(head.createdAt))]]
    }

    private func finishExtra(_ usage: JSONValue?) -> JSONObject {
        guard flavour.streamUsage == .groq, let usage else { return .init() }
        var extra: JSONObject = ["x_groq": ["id": .string(head.requestID), "usage": usage]]
        if includeUsage { extra["usage"] = usage }
        return extra
    }
}

/// The padding of OpenAI's events, which rounds their length so that it tells nothing of the text.
enum Obfuscation {
    private static let letters = Array("aKf3Zq9LmX2vTb7RwYc5Nd8JhG4sPe6U".utf8)

    /// Writes `,"obfuscation":"..."`, with letters that vary from event to event.
    static func write(length: Int, count: Int, into out: inout [UInt8]) {
        out.append(",\"obfuscation\":\"")
        for index in 0..<(17 - length % 16) { out.append(letters[(index * 7 + count * 5 + length) % letters.count]) }
        out.append("\"")
    }
}
