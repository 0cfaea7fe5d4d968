import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("An answer that was reasoned away", .timeLimit(.minutes(1)))
struct EffortRetryTests {
    private static func spent(_ outcome: AttemptClass) -> ScriptedAnswer {
        ScriptedAnswer(
            outcome: outcome,
            usage: UsageReading(
                raw: ["completion_tokens": 500],
                tokens: TokenUsage(promptTokens: 100, outputTokens: 500, reasoningTokens: 500)))
    }

    private static func ask(
        _ answers: [ScriptedAnswer], effort: String? = nil, retries: Int = 2
    ) async throws -> (Transcript, efforts: [String?]) {
        let harness = ServiceHarness(["openai": answers])
        var chat = ServiceHarness.question
        chat.parameters.reasoningEffort = effort
        let transcript = try await harness.ask(harness.request(policy: AskPolicy(retries: retries), chat: chat))
        return (transcript, harness.clients[0].calls.map(\.request.parameters.reasoningEffort))
    }

    @Test(
        "is asked for once more with less effort, and both calls are booked",
        arguments: [AttemptClass.emptyOutput, .lengthTruncated],
        [(nil, "low"), ("high", "low"), ("low", "minimal"), ("8192", "2048")] as [(String?, String)])
    func lowered(outcome: AttemptClass, efforts: (first: String?, second: String)) async throws {
        let (transcript, sent) = try await Self.ask([Self.spent(outcome), .text("Hi")], effort: efforts.first)
        #expect(sent == [efforts.first, efforts.second])
        let record = try #require(transcript.record)
        #expect(record.outcome == .ok && record.answer.text == "Hi")
        #expect(record.attempts.count == 2)
        let costs = record.attempts.compactMap(\.cost.settled)
        #expect(costs.count == 2 && record.cost == costs.reduce(.zero, +))
        #expect(record.decision.steps.contains { $0.what.contains("reasoning effort \(efforts.second)") })
    }

    @Test("is asked for again although a caller who reads along was given white space", arguments: ["\n", "\u{200B}"])
    func blank(text: String) async throws {
        var spent = Self.spent(.emptyOutput)
        spent.events = [.text(text)]
        let harness = ServiceHarness(["openai": [spent, .text("Hi")]])
        let transcript = try await harness.ask(
            harness.request(policy: AskPolicy(retries: 2, delivery: .live), chat: ServiceHarness.question))
        #expect(harness.clients[0].calls.map(\.request.parameters.reasoningEffort) == [nil, "low"])
        #expect(transcript.record?.outcome == .ok && transcript.record?.answer.text == "Hi")
    }

    @Test("is not asked for a third time")
    func once() async throws {
        let (transcript, sent) = try await Self.ask([Self.spent(.emptyOutput)], effort: "high", retries: 5)
        #expect(sent == ["high", "low"])
        #expect(transcript.record?.outcome == .emptyOutput)
    }

    @Test("stands as it was where the model takes no such effort")
    func refused() async throws {
        let (transcript, sent) = try await Self.ask([Self.spent(.lengthTruncated), .failure(.badRequest, status: 400)])
        #expect(sent == [nil, "low"])
        #expect(transcript.record?.outcome == .lengthTruncated)
        #expect(transcript.record?.attempts.count == 2)
    }

    @Test("keeps its effort where none is lower, or nobody wants another try")
    func keeps() async throws {
        let (_, least) = try await Self.ask([Self.spent(.emptyOutput), .text("Hi")], effort: "minimal")
        #expect(least == ["minimal", "minimal"])
        let (_, single) = try await Self.ask([Self.spent(.emptyOutput), .text("Hi")], retries: 0)
        #expect(single == [nil])
    }

    @Test("an empty answer without any reasoning is tried again as it was")
    func noReasoning() async throws {
        let (_, sent) = try await Self.ask([.failure(.emptyOutput, status: 200), .text("Hi")], effort: "high")
        #expect(sent == ["high", "high"])
    }
}
