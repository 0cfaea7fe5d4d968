import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("What of an answer reaches its caller", .timeLimit(.minutes(1)))
struct AnswerPartsTests {
    private static let redacted: JSONValue = ["type": "redacted_thinking", "data": "opaque"]

    /// The model reasons and calls a tool, then it answers from the tool's result.
    private static let firstTurn = ScriptedAnswer(
        events: [
            .thinking("I need "), .thinking("the weather."), .thinkingSignature("c2lnLTE="),
            .native(dialect: .anthropic, redacted), .text("Let me look."),
            .toolCall(index: 0, id: "t1", name: "weather", arguments: ""),
            .toolCall(index: 0, id: nil, name: nil, arguments: #"{"city":"Bern"}"#),
        ], usage: .fixture())

    private static func turns(_ first: ScriptedAnswer) async throws -> (first: Transcript, second: ChatRequest) {
        let harness = ServiceHarness(["gemini": [first, .text("It rains.")]])
        let answered = try await harness.ask(harness.request())
        let answer = try #require(answered.record?.answer)
        var chat = ServiceHarness.question
        chat.messages.append(answer.message)
        for call in answer.toolCalls {
            chat.messages.append(
                Message(
                    role: .tool, parts: [.toolResult(ToolResult(callID: call.id, name: call.name, content: "rain"))]))
        }
        let request = AskRequest(id: CallID(rawValue: "second"), model: .auto, chat: chat)
        #expect(try await harness.ask(request).text == "It rains.")
        return (answered, try #require(harness.clients.first?.calls.last?.request))
    }

    @Test("reasoning with its signature goes back in the next turn, in its order, after a tool call")
    func signedReasoning() async throws {
        let (first, second) = try await Self.turns(Self.firstTurn)
        #expect(second.messages[1].role == .assistant && second.messages[1].origin == first.record?.model)
        #expect(
            second.messages[1].parts == [
                .thinking(text: "I need the weather.", signature: "c2lnLTE="), .native(.anthropic, Self.redacted),
                .text("Let me look."),
                .toolCall(ToolCall(id: "t1", name: "weather", arguments: #"{"city":"Bern"}"#)),
            ])
        let signatures = first.events.compactMap { if case .thinkingSignature(let text) = $0 { text } else { nil } }
        #expect(signatures == ["c2lnLTE="])
        #expect(first.events.contains { if case .native(.anthropic, Self.redacted) = $0 { true } else { false } })
    }

    @Test("a signature that came on a call goes back in front of that call")
    func signedCall() async throws {
        let answer = ScriptedAnswer(
            events: [
                .text("Looking."), .toolCall(index: 0, id: nil, name: "f", arguments: "{}"), .thinkingSignature("A"),
                .toolCall(index: 1, id: nil, name: "g", arguments: "{}"),
            ], usage: .fixture())
        let (_, second) = try await Self.turns(answer)
        #expect(
            second.messages[1].parts == [
                .text("Looking."), .thinking(text: "", signature: "A"),
                .toolCall(ToolCall(id: "", name: "f", arguments: "{}")),
                .toolCall(ToolCall(id: "", name: "g", arguments: "{}")),
            ])
    }

    @Test("the provider's own events reach the caller, held back or not", arguments: [EventDelivery.live, .atEnd])
    func raw(delivery: EventDelivery) async throws {
        let events: [ChatEvent] = [.raw(dialect: .openai, bytes: [1]), .text("Hi"), .raw(dialect: .openai, bytes: [2])]
        let harness = ServiceHarness(["gemini": [ScriptedAnswer(events: events, usage: .fixture())]])
        let transcript = try await harness.ask(harness.request(policy: AskPolicy(delivery: delivery)))
        let bytes = transcript.events.compactMap { if case .raw(.openai, let bytes) = $0 { bytes } else { nil } }
        #expect(bytes == [[1], [2]])
    }

    @Test("what an attempt that failed had signed is no part of the next one's answer")
    func failedAttempt() async throws {
        let failed = ScriptedAnswer(
            events: [.native(dialect: .anthropic, Self.redacted), .thinkingSignature("S")], outcome: .serverError,
            status: 500)
        let harness = ServiceHarness(["gemini": [failed], "openai": [.text("Hi")]])
        let transcript = try await harness.ask(harness.request(policy: AskPolicy(retries: 0)))
        #expect(transcript.record?.answer == Answer(text: "Hi"))
    }

    @Test("an answer without anything to send back is its text, and says so in its message")
    func plain() async throws {
        let harness = ServiceHarness(["gemini": [.text("Hi")]])
        let answer = try #require(try await harness.ask(harness.request()).record?.answer)
        #expect(answer == Answer(text: "Hi"))
        #expect(answer.message == .assistant("Hi"))
    }

    @Test("an answer from the cache has the same parts")
    func replayed() throws {
        var builder = AnswerBuilder()
        for event in Self.firstTurn.events { _ = builder.take(event) }
        let signed = [
            ChatEvent.text("a"), .toolCall(index: 0, id: "t", name: "f", arguments: "{}"), .thinkingSignature("S"),
        ]
        var other = AnswerBuilder()
        for event in signed { _ = other.take(event) }
        for answer in [builder.answer, other.answer] { #expect(Answer(events: answer.events) == answer) }
    }

    @Test("a tool's name that comes in pieces is one name, for the caller and from the cache")
    func nameInPieces() {
        var builder = AnswerBuilder()
        for (name, arguments) in [("edit_ex", ""), ("isting_file", ""), (nil, "{}")] as [(String?, String)] {
            _ = builder.take(.toolCall(index: 0, id: name == "edit_ex" ? "t" : nil, name: name, arguments: arguments))
        }
        #expect(builder.answer.toolCalls == [ToolCall(id: "t", name: "edit_existing_file", arguments: "{}")])
        #expect(Answer(events: builder.answer.events) == builder.answer)
    }

    @Test("a fault that follows from the content is not retried, goes elsewhere, and is nobody's")
    func contentFault() {
        var report = AttemptReport(
            id: AttemptID(rawValue: "a"), model: ModelID(provider: "gemini", name: "m"), endpoint: "e",
            simulated: false,
            timings: AttemptTimings(sentAt: .now, end: .zero), outcome: .malformedJSON)
        #expect(FailurePolicy(of: report).retry && FailurePolicy(of: report).blame == .model)
        report.failureIsOfContent = true
        #expect(!FailurePolicy(of: report).retry && FailurePolicy(of: report).blame == nil)
        #expect(FailurePolicy(of: HealthFacts(report).outcome).blame == nil)
        #expect(FailurePolicy(of: HealthFacts(report).outcome).isHealthy)
    }
}
