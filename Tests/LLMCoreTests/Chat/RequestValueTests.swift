import LLMCore
import Testing

@Suite("requests, outcomes and durations", .timeLimit(.minutes(2)))
struct RequestValueTests {
    @Test("parameters fill from a fallback field by field")
    func filled() {
        let own = GenerationParameters(temperature: 0, stop: [])
        let fallback = GenerationParameters(
            temperature: 1, topP: 0.5, maxOutputTokens: 10, seed: 3, stop: ["x"], reasoningEffort: "low",
            serviceTier: "flex", responseSchema: [:])
        var expected = fallback
        expected.temperature = 0
        expected.stop = []
        #expect(own.filled(from: fallback) == expected && own.filled(from: .init()) == own)
    }

    @Test("the worst case of a prompt is its bytes and sixteen a message, tools included")
    func worstCase() {
        let request = ChatRequest(
            messages: [
                .system("ñ"),
                Message(
                    role: .user,
                    parts: [
                        .text("ab"), .image(ImagePart(source: .url("u"))),
                        .image(ImagePart(source: .base64(mediaType: "image/png", data: "abcd"))),
                        .toolCall(ToolCall(id: "1", name: "f", arguments: "{}")),
                        .toolResult(ToolResult(callID: "1", content: "ok")), .thinking(text: "hm", signature: "s"),
                        .unknown([1]),
                    ]),
            ],
            tools: [ToolDefinition(name: "f", description: "d", parameters: [:])])
        #expect(request.worstCaseInputTokens == 2 * 16 + 2 + (2 + 1 + 4 + 3 + 2 + 3 + 3) + (1 + 1 + 2))
        #expect(request.estimatedInputTokens == 56 / 4)
    }

    @Test("a message's text is that of its text parts")
    func messageText() {
        let message = Message(role: .user, parts: [.text("a"), .thinking(text: "no", signature: nil), .text("b")])
        #expect(message.text == "ab")
    }

    @Test("every outcome has one spelling and comes back from it")
    func outcomes() {
        let around: [TrialOutcome] = [
            .schemaInvalid, .graderError, .judgeError, .cancelledBudget, .cancelledUser, .harnessError,
        ]
        let all = AttemptClass.allCases.map(TrialOutcome.attempt) + around
        #expect(Set(all.map(\.rawValue)).count == all.count)
        for outcome in all { #expect(TrialOutcome(rawValue: outcome.rawValue) == outcome) }
        #expect(TrialOutcome(rawValue: "nonsense") == nil)
    }

    @Test(
        "whose doing an outcome was decides the denominators",
        arguments: [
            (TrialOutcome.ok, AttemptClass.Fault.none), (.attempt(.rateLimited), .provider),
            (.attempt(.streamTruncated), .provider),
            (.attempt(.malformedJSON), .provider), (.attempt(.refusal), .caseOutcome),
            (.attempt(.lengthTruncated), .caseOutcome),
            (.attempt(.emptyOutput), .caseOutcome), (.schemaInvalid, .caseOutcome), (.attempt(.cancelled), .ours),
            (.graderError, .ours), (.harnessError, .ours),
        ])
    func faults(outcome: TrialOutcome, fault: AttemptClass.Fault) { #expect(outcome.fault == fault) }

    @Test("durations become milliseconds with their fraction")
    func milliseconds() {
        #expect(Duration.microseconds(1_234_567).milliseconds == 1_234.567)
        #expect((Duration.zero - .microseconds(1_500)).milliseconds == -1.5)
        #expect(Duration.seconds(100_000).milliseconds == 1e8)
    }

    @Test("limits become the deadline of one call")
    func deadline() {
        let start = ContinuousClock.now
        let limits = TimeLimits(connect: .seconds(1), firstToken: .seconds(2), idle: .seconds(3), total: .seconds(4))
        let deadline = limits.deadline(from: start)
        #expect(
            deadline.total == start + .seconds(4) && deadline.connect == .seconds(1) && deadline.idle == .seconds(3))
        #expect(TimeLimits() == TimeLimits(connect: .seconds(10), idle: .seconds(30), total: .seconds(300)))
        #expect(TimeLimits().deadline(from: start).firstToken == .seconds(60))
    }

    @Test("any sequence of events is an answer, and asking it again begins anew")
    func answers() async throws {
        let stream = AnswerStream {
            var rest = [AnswerEvent.text("a"), .text("b")]
            rest.reverse()
            let events = Events(rest)
            return { await events.next() }
        }
        for _ in 0..<2 {
            var text = ""
            for try await event in stream { if case .text(let piece) = event { text += piece } }
            #expect(text == "ab")
        }
    }
    private actor Events {
        private var rest: [AnswerEvent]
        init(_ rest: [AnswerEvent]) { self.rest = rest }
        func next() -> AnswerEvent? { rest.popLast() }
    }
}
