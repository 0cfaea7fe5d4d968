import LLMCore
import Testing

@testable import LLMWire

@Suite("Tokens of media in the usage of an answer", .timeLimit(.minutes(1)))
struct MediaUsageTests {
    private static let gemini =
        #"{"promptTokenCount":300,"candidatesTokenCount":1299,"thoughtsTokenCount":1,"totalTokenCount":1600,"promptTokensDetails":[{"modality":"TEXT","tokenCount":10},{"modality":"IMAGE","tokenCount":258},{"modality":"AUDIO","tokenCount":32}],"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1290},{"modality":"AUDIO","tokenCount":5}]}"#
    private static let chat =
        #"{"prompt_tokens":300,"completion_tokens":1300,"total_tokens":1600,"prompt_tokens_details":{"audio_tokens":32,"image_tokens":258},"completion_tokens_details":{"audio_tokens":5,"image_tokens":1290,"reasoning_tokens":1}}"#

    private static func written(_ raw: String, _ dialect: WireDialect, as flavour: ServerFlavour) throws -> JSONValue {
        let raw = try JSONValue.parse(raw)
        let read = try #require(UsageNormalizer.read(raw, dialect: dialect, quirks: .generic))
        return UsageWriter.write(read.tokens, flavour: flavour, media: MediaTokens(raw))
    }

    @Test("are told to callers of chat completions, from either dialect")
    func toChat() throws {
        for (raw, dialect) in [(Self.gemini, WireDialect.gemini), (Self.chat, .openai)] {
            let usage = try Self.written(raw, dialect, as: .gatewayChat)
            #expect(usage["prompt_tokens_details"]?["audio_tokens"] == 32)
            #expect(usage["prompt_tokens_details"]?["image_tokens"] == 258)
            #expect(usage["completion_tokens_details"]?["audio_tokens"] == 5)
            #expect(usage["completion_tokens_details"]?["image_tokens"] == 1290)
            #expect(usage["completion_tokens_details"]?["reasoning_tokens"] == 1)
        }
    }

    @Test("and to Gemini's, with the text that is left")
    func toGemini() throws {
        let usage = try Self.written(Self.chat, .openai, as: .gatewayGemini)
        #expect(
            usage["promptTokensDetails"] == [
                ["modality": "TEXT", "tokenCount": 10], ["modality": "AUDIO", "tokenCount": 32],
                ["modality": "IMAGE", "tokenCount": 258],
            ])
        #expect(
            usage["candidatesTokensDetails"] == [
                ["modality": "TEXT", "tokenCount": 4], ["modality": "AUDIO", "tokenCount": 5],
                ["modality": "IMAGE", "tokenCount": 1290],
            ])
    }

    @Test("a usage of text alone is written as before, and counts that exceed the whole are not")
    func others() throws {
        let plain = #"{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}"#
        let usage = try Self.written(plain, .openai, as: .gatewayGemini)
        #expect(usage["promptTokensDetails"] == [["modality": "TEXT", "tokenCount": 3]])
        #expect(usage["candidatesTokensDetails"] == nil)
        let chat = try Self.written(plain, .openai, as: .gatewayChat)
        #expect(chat["prompt_tokens_details"] == ["audio_tokens": 0, "cached_tokens": 0])
        let absurd =
            #"{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"completion_tokens_details":{"audio_tokens":9}}"#
        #expect(try Self.written(absurd, .openai, as: .gatewayGemini)["candidatesTokensDetails"] == nil)
    }
}
