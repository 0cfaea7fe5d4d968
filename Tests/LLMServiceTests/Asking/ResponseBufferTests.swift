import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("A response that is buffered until it is complete", .timeLimit(.minutes(2)))
struct ResponseBufferTests {
    private func ask(
        _ scripts: KeyValuePairs<ProviderID, [ScriptedAnswer]>, delivery: EventDelivery = .atEnd,
        isolated: Bool = false
    ) async throws -> Transcript {
        var harness = ServiceHarness(scripts)
        if isolated { harness.isolate() }
        return try await harness.ask(
            harness.request(policy: AskPolicy(retries: 0, delivery: delivery)))
    }

    @Test("one that breaks is had from the next model, and nothing of it is shown")
    func fallsBack() async throws {
        let transcript = try await ask([
            "gemini": [.failure(.streamTruncated, after: "half an ans")], "openai": [.text("whole")],
        ])
        #expect(transcript.text == "whole")
        #expect(transcript.attempts == ["gemini:stream_truncated", "openai:ok"])
        #expect(transcript.record?.answer.text == "whole" && transcript.record?.error == nil)
    }

    @Test("visible reasoning commits nobody")
    func thinking() async throws {
        let broken = ScriptedAnswer(events: [.thinking("Let me see")], outcome: .streamTruncated)
        let transcript = try await ask(["gemini": [broken], "openai": [.text("whole")]])
        #expect(transcript.attempts == ["gemini:stream_truncated", "openai:ok"])
        #expect(transcript.record?.answer.thinking == "")
    }

    @Test("when nobody answers, the longest piece is given with whose it is")
    func partial() async throws {
        let transcript = try await ask([
            "gemini": [.failure(.streamTruncated, after: "a")],
            "openai": [.failure(.timeoutIdle, after: "the longest piece")],
            "groq": [.failure(.serverError, status: 500)],
        ])
        let record = try #require(transcript.record)
        #expect(transcript.text == "the longest piece")
        #expect(record.answer.text == "the longest piece")
        #expect(record.model?.provider == "openai" && record.outcome == .timeoutIdle)
        #expect(record.error?.hasPrefix("openai/gpt-5 broke off (timeout_idle) after 17 characters") == true)
        #expect(record.attempts.count == 3)
    }

    private static let own = Array(#"{"choices":[{"message":{"content":""},"finish_reason":"length"}]}"#.utf8)

    private static func raws(_ transcript: Transcript) -> [[UInt8]] {
        transcript.events.compactMap { if case .raw(_, let bytes) = $0 { bytes } else { nil } }
    }

    @Test(
        "a whole response without a word is given as its provider wrote it, when no model gives a better one",
        arguments: [AttemptClass.emptyOutput, .lengthTruncated, .contentFilter, .refusal, .toolCallInvalid])
    func wordless(_ outcome: AttemptClass) async throws {
        let wordless = ScriptedAnswer(events: [.raw(dialect: .openai, bytes: Self.own)], outcome: outcome)
        let alone = try await ask(["gemini": [wordless]])
        #expect(Self.raws(alone) == [Self.own])
        #expect(alone.record?.outcome == outcome && alone.record?.answer == Answer())

        let later = ScriptedAnswer.failure(.serverError, status: 500)
        let failed = try await ask(["gemini": [wordless], "openai": [later]])
        let goesOn = failed.attempts.count > 1
        #expect(Self.raws(failed) == (goesOn ? [] : [Self.own]))
        #expect(failed.record?.outcome == (goesOn ? .serverError : outcome))

        let answered = try await ask(["gemini": [wordless], "openai": [.text("whole")]])
        #expect(Self.raws(answered) == (goesOn ? [] : [Self.own]))
        #expect(answered.text == (goesOn ? "whole" : ""))
    }

    @Test("a caller who reads along keeps what was read, and a run sees its first answer as it was")
    func committed() async throws {
        for (delivery, isolated) in [(EventDelivery.live, false), (.atEnd, true)] {
            let transcript = try await ask(
                ["gemini": [.failure(.streamTruncated, after: "half")], "openai": [.text("whole")]],
                delivery: delivery, isolated: isolated)
            #expect(transcript.text == "half")
            #expect(transcript.attempts == ["gemini:stream_truncated"])
        }
    }
}
