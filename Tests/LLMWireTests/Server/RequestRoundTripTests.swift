import LLMCore
import LLMWire
import Testing

@Suite("What our clients ask, our servers understand", .timeLimit(.minutes(2)))
struct RequestRoundTripTests {
    private static let tool = ToolDefinition(
        name: "lookup", description: "Finds a city.",
        parameters: ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]])

    private static let request = ChatRequest(
        messages: [
            .system("Be brief."), .user("Where is Málaga?"),
            Message(
                role: .assistant,
                parts: [
                    .text("Let me look."),
                    .toolCall(ToolCall(id: "call_1", name: "lookup", arguments: #"{"city":"Málaga"}"#)),
                ]),
            Message(
                role: .tool, parts: [.toolResult(ToolResult(callID: "call_1", name: "lookup", content: "Spain"))]),
            .user("Thanks. And the weather?"),
        ],
        parameters: GenerationParameters(temperature: 0.5, topP: 0.9, maxOutputTokens: 300), tools: [tool],
        toolChoice: .required, stream: true)

    private func decode(_ request: ChatRequest, _ test: FlavourCase) throws -> ClientRequest {
        let wire = try RequestEncoder.encode(
            request, model: "some-model", dialect: test.flavour.dialect, quirks: test.quirks)
        return try RequestDecoder.decode(
            wire.body, flavour: test.flavour, pathModel: "some-model", pathStreams: request.stream)
    }

    @Test("a conversation with tools survives the wire", arguments: FlavourCase.all)
    func conversation(test: FlavourCase) throws {
        let client = try decode(Self.request, test)
        let decoded = client.request
        #expect(client.model == "some-model")
        #expect(client.includeUsage)
        #expect(decoded.stream)
        #expect(decoded.parameters.temperature == 0.5)
        #expect(decoded.parameters.topP == 0.9)
        #expect(decoded.parameters.maxOutputTokens == 300)
        #expect(decoded.toolChoice == .required)
        #expect(decoded.tools.map(\.name) == ["lookup"])
        #expect(decoded.tools.first?.description == "Finds a city.")
        #expect(decoded.original?.dialect == test.flavour.dialect)
        #expect(Self.texts(decoded, .system) == ["Be brief."])
        #expect(Self.texts(decoded, .user) == ["Where is Málaga?", "Thanks. And the weather?"])
        #expect(Self.calls(decoded).map(\.name) == ["lookup"])
        let arguments = try JSONValue.parse(Self.calls(decoded).first?.arguments ?? "")
        #expect(arguments["city"] == "Málaga")
        #expect(Self.results(decoded).contains { $0.content.contains("Spain") })
    }

    @Test("the wish for one call at a time survives the wire", arguments: FlavourCase.all)
    func singleCalls(test: FlavourCase) throws {
        // Gemini has no word for it.
        guard test.flavour.dialect != .gemini else { return }
        for choice in [nil, ToolChoice.auto, .required, .tool("lookup")] {
            var request = Self.request
            request.toolChoice = choice
            request.parallelToolCalls = false
            let decoded = try decode(request, test).request
            #expect(decoded.parallelToolCalls == false)
            #expect((decoded.toolChoice ?? .auto) == (choice ?? .auto))
        }
        #expect(try decode(Self.request, test).request.parallelToolCalls == nil)
    }

    @Test("an image survives the wire", arguments: FlavourCase.all)
    func image(test: FlavourCase) throws {
        let image = ImagePart(source: .base64(mediaType: "image/png", data: "aGVsbG8="))
        let message = Message(role: .user, parts: [.text("What is this?"), .image(image)])
        let client = try decode(
            ChatRequest(messages: [message], parameters: .init(maxOutputTokens: 50), stream: false), test)
        #expect(client.request.messages.first?.parts.contains(.image(image)) == true)
        #expect(!client.request.stream)
    }

    private static func texts(_ request: ChatRequest, _ role: Message.Role) -> [String] {
        request.messages.filter { $0.role == role }.map(\.text).filter { !$0.isEmpty }
    }
    private static func calls(_ request: ChatRequest) -> [ToolCall] {
        request.messages.flatMap(\.parts).compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }
    private static func results(_ request: ChatRequest) -> [ToolResult] {
        request.messages.flatMap(\.parts).compactMap { if case .toolResult(let result) = $0 { result } else { nil } }
    }
}
