import LLMCore
import LLMService
import Testing

/// A change of one field of a question.
struct FieldChange: Sendable, CustomStringConvertible {
    let description: String
    let apply: @Sendable (inout CacheRequest) -> Void
    init(_ description: String, _ apply: @escaping @Sendable (inout CacheRequest) -> Void) {
        self.description = description
        self.apply = apply
    }
}

@Suite("Cache keys", .timeLimit(.minutes(2)))
struct CacheKeyTests {
    static let schema: JSONValue = ["type": "object", "required": ["a"]]

    /// Every field is set, with one part of each kind.
    static let full = CacheRequest(
        tenant: "acme", simulated: false, endpoint: "https://a.example", model: ModelID(provider: "groq", name: "m"),
        chat: ChatRequest(
            messages: [
                .system("Be brief."),
                Message(
                    role: .user,
                    parts: [
                        .text("Look"), .image(ImagePart(source: .url("https://i.example/1"))),
                        .image(ImagePart(source: .base64(mediaType: "image/png", data: "AAAA"))),
                    ]),
                Message(
                    role: .assistant,
                    parts: [
                        .thinking(text: "hm", signature: "sig"), .unknown(["type": "audio"]),
                        .toolCall(ToolCall(id: "1", name: "f", arguments: "{}")),
                    ], origin: ModelID(provider: "groq", name: "m")),
                Message(
                    role: .tool,
                    parts: [.toolResult(ToolResult(callID: "1", name: "f", content: "ok", isError: false))]),
            ],
            parameters: GenerationParameters(
                temperature: 0.5, topP: 0.9, maxOutputTokens: 100, seed: 1, stop: ["END"], reasoningEffort: "low",
                serviceTier: "flex", responseSchema: schema),
            tools: [ToolDefinition(name: "f", description: "does", parameters: schema)], toolChoice: .auto,
            stream: true, original: OriginalRequest(dialect: .openai, body: [1, 2, 3])))

    private static func part(_ message: Int, _ index: Int, _ part: MessagePart, _ name: String) -> FieldChange {
        FieldChange(name) { $0.chat.messages[message].parts[index] = part }
    }

    static let world: [FieldChange] = [
        FieldChange("tenant") { $0.tenant = "other" },
        FieldChange("no tenant") { $0.tenant = nil },
        FieldChange("an empty tenant") { $0.tenant = "" },
        FieldChange("world") { $0.simulated = true },
        FieldChange("endpoint") { $0.endpoint = "https://b.example" },
        FieldChange("model") { $0.model = ModelID(provider: "groq", name: "n") },
        FieldChange("provider") { $0.model = ModelID(provider: "openai", name: "m") },
        FieldChange("a fifth message") { $0.chat.messages.append(.user("")) },
        FieldChange("one message less") { $0.chat.messages.removeLast() },
        FieldChange("messages in another order") { $0.chat.messages.swapAt(1, 2) },
        FieldChange("stream") { $0.chat.stream = false },
        FieldChange("original body") { $0.chat.original?.body = [1, 2, 4] },
        FieldChange("original dialect") { $0.chat.original?.dialect = .anthropic },
        FieldChange("original headers") { $0.chat.original?.headers = ["anthropic-beta": "a"] },
        FieldChange("other original headers") { $0.chat.original?.headers = ["anthropic-beta": "b"] },
        FieldChange("no original") { $0.chat.original = nil },
        FieldChange("tool name") { $0.chat.tools[0].name = "g" },
        FieldChange("tool description") { $0.chat.tools[0].description = "did" },
        FieldChange("no tool description") { $0.chat.tools[0].description = nil },
        FieldChange("tool schema") { $0.chat.tools[0].parameters = [:] },
        FieldChange("tool schema in another order") {
            $0.chat.tools[0].parameters = ["required": ["a"], "type": "object"]
        },
        FieldChange("no tools") { $0.chat.tools = [] },
        FieldChange("tool choice none") { $0.chat.toolChoice = ToolChoice.none },
        FieldChange("tool choice required") { $0.chat.toolChoice = .required },
        FieldChange("tool choice of one") { $0.chat.toolChoice = .tool("f") },
        FieldChange("tool choice of one named like a case") { $0.chat.toolChoice = .tool("required") },
        FieldChange("parallel tool calls") { $0.chat.parallelToolCalls = true },
        FieldChange("no parallel tool calls") { $0.chat.parallelToolCalls = false },
        FieldChange("no tool choice") { $0.chat.toolChoice = nil },
    ]

    static let parameters: [FieldChange] = [
        FieldChange("temperature") { $0.chat.parameters.temperature = 0.6 },
        FieldChange("temperature, barely") { $0.chat.parameters.temperature = 0.5.nextUp },
        FieldChange("no temperature") { $0.chat.parameters.temperature = nil },
        FieldChange("top p") { $0.chat.parameters.topP = 0.5 },
        FieldChange("output limit") { $0.chat.parameters.maxOutputTokens = 101 },
        FieldChange("no output limit") { $0.chat.parameters.maxOutputTokens = nil },
        FieldChange("seed") { $0.chat.parameters.seed = 2 },
        FieldChange("stop") { $0.chat.parameters.stop = ["EN", "D"] },
        FieldChange("no stop") { $0.chat.parameters.stop = nil },
        FieldChange("empty stop") { $0.chat.parameters.stop = [] },
        FieldChange("effort") { $0.chat.parameters.reasoningEffort = "high" },
        FieldChange("presence penalty") { $0.chat.parameters.presencePenalty = 0.5 },
        FieldChange("frequency penalty") { $0.chat.parameters.frequencyPenalty = 0.5 },
        FieldChange("output modalities") { $0.chat.parameters.outputModalities = ["text", "image"] },
        FieldChange("no modality") { $0.chat.parameters.outputModalities = [] },
        FieldChange("voice") { $0.chat.parameters.speechVoice = "Kore" },
        FieldChange("log probabilities") { $0.chat.parameters.topLogprobs = 0 },
        FieldChange("more log probabilities") { $0.chat.parameters.topLogprobs = 2 },
        FieldChange("tier") { $0.chat.parameters.serviceTier = "low" },
        FieldChange("effort and tier changed places") {
            $0.chat.parameters.reasoningEffort = "flex"
            $0.chat.parameters.serviceTier = "low"
        },
        FieldChange("response schema") { $0.chat.parameters.responseSchema = ["type": "string"] },
        FieldChange("no response schema") { $0.chat.parameters.responseSchema = nil },
    ]

    static let parts: [FieldChange] = [
        FieldChange("role") { $0.chat.messages[0].role = .user },
        FieldChange("origin") { $0.chat.messages[2].origin = ModelID(provider: "groq", name: "n") },
        FieldChange("no origin") { $0.chat.messages[2].origin = nil },
        part(0, 0, .text("Be brief!"), "system text"),
        part(1, 0, .text("look"), "user text"),
        part(1, 0, .thinking(text: "Look", signature: nil), "text as thinking"),
        part(1, 1, .image(ImagePart(source: .url("https://i.example/2"))), "image address"),
        part(1, 2, .image(ImagePart(source: .base64(mediaType: "image/gif", data: "AAAA"))), "media type"),
        part(1, 2, .image(ImagePart(source: .base64(mediaType: "image/png", data: "AAAB"))), "image data"),
        part(1, 2, .file(FilePart(source: .base64("AAAA"), mediaType: "application/pdf")), "file"),
        part(1, 2, .file(FilePart(source: .url("AAAA"), mediaType: "application/pdf")), "file address"),
        part(1, 2, .file(FilePart(source: .base64("AAAB"), mediaType: "application/pdf")), "file data"),
        part(1, 2, .file(FilePart(source: .base64("AAAA"), mediaType: "audio/wav")), "file media type"),
        part(1, 2, .file(FilePart(source: .base64("AAAA"), mediaType: "audio/wav", name: "a")), "file name"),
        part(2, 0, .thinking(text: "hmm", signature: "sig"), "thinking"),
        part(2, 0, .thinking(text: "hm", signature: "gis"), "signature"),
        part(2, 0, .thinking(text: "hm", signature: nil), "no signature"),
        part(2, 1, .unknown(["type": "video"]), "unknown part"),
        part(2, 1, .unknown(["type": JSONValue.null]), "unknown part of null"),
        part(2, 2, .toolCall(ToolCall(id: "2", name: "f", arguments: "{}")), "call id"),
        part(2, 2, .toolCall(ToolCall(id: "1", name: "g", arguments: "{}")), "call name"),
        part(2, 2, .toolCall(ToolCall(id: "1", name: "f", arguments: "{ }")), "call arguments"),
        part(3, 0, .toolResult(ToolResult(callID: "2", name: "f", content: "ok")), "result id"),
        part(3, 0, .toolResult(ToolResult(callID: "1", name: nil, content: "ok")), "no result name"),
        part(3, 0, .toolResult(ToolResult(callID: "1", name: "f", content: "no")), "result content"),
        part(3, 0, .toolResult(ToolResult(callID: "1", name: "f", content: "ok", isError: true)), "result error"),
    ]

    @Test("requests that differ in one field never share a key")
    func everyField() {
        var keys = [Self.full.key: "the question itself"]
        for change in Self.world + Self.parameters + Self.parts {
            var question = Self.full
            change.apply(&question)
            let other = keys.updateValue(change.description, forKey: question.key)
            #expect(other == nil, "\(change) is like \(other ?? "")")
        }
    }

    @Test("the same request has the same key, however often it is made")
    func equal() {
        let (one, other) = (Self.full, Self.full)
        #expect(one.key == other.key)
        #expect(one.key.rawValue.count == 64)
    }

    /// Where one text ends and the next begins is part of the key.
    @Test(
        "texts do not run together",
        arguments: [
            (["ab", "c"], ["a", "bc"]), (["", "a"], ["a", ""]), (["a"], ["a", ""]), (["a", "b"], ["ab"]),
            (["}k"], ["}", "k"]), (["t\u{1}\0\0\0\0\0\0\0a"], ["", "a"]), (["é"], ["e\u{301}"]),
        ])
    func boundaries(left: [String], right: [String]) {
        func key(_ texts: [String], asParts: Bool) -> CacheKey {
            var question = Self.full
            question.chat.messages =
                asParts ? [Message(role: .user, parts: texts.map(MessagePart.text))] : texts.map(Message.user)
            return question.key
        }
        #expect(key(left, asParts: false) != key(right, asParts: false))
        #expect(key(left, asParts: true) != key(right, asParts: true))
        #expect(key(left, asParts: true) != key(left, asParts: false) || left.count == 1)
    }

    @Test("where a caller asks its provider to cache the prompt changes no key")
    func cachePoints() {
        var marked = Self.full
        marked.chat.messages[0].cachePoints = [CachePoint(part: 0, ttl: .hour)]
        marked.chat.tools[0].cacheTTL = .minutes
        #expect(marked.key == Self.full.key)
    }

    @Test("the headers of the client's body are in the key in the order of their names, however they came")
    func headers() {
        let fields = (0..<12).map { (name: "x-\($0)", value: "\($0)") }
        var keys: Set<CacheKey> = []
        for turn in fields.indices {
            var request = Self.full
            request.chat.original?.headers = .init(fields[turn...] + fields[..<turn])
            keys.insert(request.key)
        }
        #expect(keys.count == 1)
        // A key that is the same in every process.
        let known = OriginalRequest.Headers([(name: "openai-beta", value: "b"), (name: "Anthropic-Beta", value: "a")])
        #expect(known.fields.map(\.name) == ["anthropic-beta", "openai-beta"])
    }

    // A new field is in the key by itself, as the key is made of what is encoded; the table above must grow with it.
    @Test("the table knows every field")
    func fields() {
        func count(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
        let chat = Self.full.chat
        #expect(count(Self.full) == 5)
        #expect(count(chat) == 7)
        #expect(count(chat.parameters) == 13)
        // Cache points change the price, not the answer: they are in no key.
        #expect(count(chat.messages[0]) == 4)
        #expect(count(chat.tools[0]) == 4)
        #expect(count(ToolCall(id: "", name: "", arguments: "")) == 3)
        #expect(count(ToolResult(callID: "", content: "")) == 4)
        // The makers of its seals follow from the body: they are in no key.
        #expect(count(OriginalRequest(dialect: .openai, body: [])) == 4)
        #expect(count(ImagePart(source: .url(""))) == 1)
        #expect(count(FilePart(source: .url(""), mediaType: "")) == 3)
    }
}
