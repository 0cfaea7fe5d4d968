import LLMCore
import Testing

@testable import LLMWire

@Suite("Log probabilities for Gemini's callers of a chat", .timeLimit(.minutes(1)))
struct LogprobsTranslationTests {
    private static let asked =
        #"{"contents":[{"parts":[{"text":"Hi"}]}],"generationConfig":{"responseLogprobs":true,"logprobs":1}}"#
    private static let told =
        #"{"content":[{"token":"Hi","logprob":-0.25,"bytes":[72,105],"top_logprobs":[{"token":"Hi","logprob":-0.25,"bytes":[72,105]}]}],"refusal":null}"#
    private static let result =
        #""logprobsResult":{"chosenCandidates":[{"token":"Hi","logProbability":-0.25}],"topCandidates":[{"candidates":[{"token":"Hi","logProbability":-0.25}]}]}"#
    private static let head = AnswerHead(id: "r", model: "m", createdAt: 1, requestID: "r")

    private static func request() throws -> ChatRequest {
        try RequestDecoder.decode(Array(asked.utf8), flavour: .gatewayGemini, pathModel: "m").request
    }

    @Test("they are asked for as the chat has it; a server that takes no such wish is not asked")
    func sent() throws {
        let request = try Self.request()
        let body = try Samples.body(
            RequestEncoder.encode(request, model: "m", dialect: .openai, quirks: .openai))
        #expect(body["logprobs"] == true && body["top_logprobs"] == 1)
        let error = #expect(throws: WireError.self) {
            try RequestEncoder.encode(request, model: "m", dialect: .openai, quirks: .groq)
        }
        #expect(error?.message.contains("log probabilities") == true)
    }

    @Test("a request of no caller's bytes names them where a dialect has none")
    func own() {
        let request = ChatRequest(messages: [.user("Hi")], parameters: GenerationParameters(topLogprobs: 0))
        for dialect in WireDialect.allCases {
            let isSaid = (try? RequestEncoder.encode(request, model: "m", dialect: dialect, quirks: .generic)) != nil
            #expect(isSaid == (dialect == .openai || dialect == .gemini))
        }
    }

    @Test("a whole answer has them")
    func whole() throws {
        let body =
            #"{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"logprobs":\#(Self.told),"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#
        let decoded = Decoded(body, dialect: .openai, quirks: .openai, streaming: false)
        let tokens = decoded.events.flatMap { if case .logprobs(let tokens) = $0 { tokens } else { [TokenLogprob]() } }
        let answer = ServedAnswer(head: Self.head, text: "Hi", logprobs: tokens, end: AnswerEnd(finish: .stop))
        let written = String(decoding: AnswerEncoder.encode(answer, flavour: .gatewayGemini), as: UTF8.self)
        #expect(written.contains(Self.result), "\(written)")
        // And as they came, to a chat's own caller from the cache.
        let chat = String(decoding: AnswerEncoder.encode(answer, flavour: .gatewayChat), as: UTF8.self)
        #expect(chat.contains(Self.told), "\(chat)")
    }

    @Test("so has a stream")
    func streamed() {
        let body = Samples.sse([
            #"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":\#(Self.told),"finish_reason":null}]}"#,
            Samples.chunk("{}", finish: "stop"), "[DONE]",
        ])
        let decoded = Decoded(body, dialect: .openai, quirks: .openai)
        var encoder = AnswerStreamEncoder(head: Self.head, flavour: .gatewayGemini, includeUsage: true)
        var out: [UInt8] = []
        for event in decoded.events {
            switch event {
            case .text(let text): encoder.append(.text(text), into: &out)
            case .logprobs(let tokens): encoder.append(.logprobs(tokens), into: &out)
            default: break
            }
        }
        let written = String(decoding: out, as: UTF8.self)
        #expect(decoded.text == "Hi" && written.contains(Self.result), "\(written)")
    }
}
