import LLMCore
import LLMWire
import Testing

@testable import ProviderSimulator

@Suite("Planning an answer", .timeLimit(.minutes(2)))
struct PlannerTests {
    private static let reference = SimulatorReference(
        messages: [.user("Pick one.")], answer: "```json\n{\"choice\": \"b\", \"count\": 12}\n```", task: .architecture)
    private static let other = SimulatorReference(
        messages: [.user("Pick another.")], answer: "RESULT: 99.94", task: .architecture)

    private func plan(
        quality: Double = 1, seed: UInt64 = 1, ordinal: Int = 0, scale: Double = 1,
        parameters: GenerationParameters = .init(), eventSize: SimulatedModel.EventSize = .token,
        answer: String = reference.answer
    ) throws -> AnswerPlan {
        var model = try #require(SimulatedModels.builtIn.first)
        model.quality = [:]
        model.usualQuality = quality
        model.eventSize = eventSize
        model.reasoning = .none
        var reference = Self.reference
        reference.answer = answer
        let planner = AnswerPlanner(references: ReferenceAnswers([reference, Self.other]), timeScale: scale)
        let request = ChatRequest(messages: reference.messages, parameters: parameters)
        var chance = SimulatedChance(seed: seed, model: model.id, digest: "d", ordinal: ordinal)
        return planner.plan(
            .init(
                model: model, client: ClientRequest(model: model.id.name, request: request), flavour: .openAIChat,
                reference: reference, head: AnswerHead(id: "id", model: "m", createdAt: 1_795_000_000, requestID: "r"),
                inputTokens: 100, effect: nil),
            &chance)
    }

    @Test(
        "the same seed, model, prompt and ordinal give the same answer and timetable; another ordinal another timetable"
    )
    func deterministic() throws {
        let first = try plan(quality: 0)
        let again = try plan(quality: 0)
        #expect(first.answer == again.answer)
        #expect(first.steps.map(\.at) == again.steps.map(\.at))
        #expect(try plan(quality: 0, ordinal: 1).startsAt != first.startsAt)
    }

    @Test("quality is the share of good answers")
    func quality() throws {
        let good = try (0..<400).count { try plan(quality: 0.8, ordinal: $0).answer.text == Self.reference.answer }
        #expect((290...350).contains(good))
    }

    @Test("pieces joined are the answer, and instants never go back")
    func lossless() throws {
        for size in [SimulatedModel.EventSize.token, .init(median: 26, sigma: 0.7), .init(median: 98, sigma: 0.3)] {
            let plan = try plan(eventSize: size)
            let text = plan.steps.map { if case .text(let text) = $0.piece { text } else { "" } }.joined()
            #expect(text == Self.reference.answer)
            #expect(plan.answer.text == text)
            #expect(plan.steps.map(\.at) == plan.steps.map(\.at).sorted())
            #expect(plan.steps.last?.outputSoFar == plan.usage.outputTokens)
        }
    }

    @Test("the time scale multiplies every instant")
    func scaled() throws {
        let slow = try plan()
        let fast = try plan(scale: 0.05)
        #expect(abs(fast.endsAt.milliseconds - slow.endsAt.milliseconds * 0.05) < 0.01)
        #expect(try plan(scale: 0).endsAt == .zero)
    }

    @Test("every way to spoil an answer changes it", arguments: Degradation.allCases)
    func spoilt(kind: Degradation) {
        let references = ReferenceAnswers([Self.reference, Self.other])
        let answers = [
            Self.reference.answer, "RESULT: 99.94", "B", "First this.\n\nThen that.\n\nVERDICT: use-a-queue",
            "{\"a\": true}",
        ]
        for answer in answers {
            for seed in 0..<20 {
                var chance = SimulatedChance(seed: UInt64(seed))
                let text = kind.spoil(answer, task: .architecture, references: references, &chance)
                #expect(text != answer, "\(kind): \(answer)")
            }
        }
    }

    @Test("a wrong value keeps the form of the answer")
    func form() throws {
        for seed in 0..<50 {
            var chance = SimulatedChance(seed: UInt64(seed))
            let text = WrongValue.write(Self.reference.answer, &chance)
            #expect(text.hasPrefix("```json\n{") && text.hasSuffix("}\n```"))
            let value = try #require(WrongValue.json(in: text)).value
            #expect(value.object?.keys == ["choice", "count"])
            #expect(WrongValue.write("Some words.\nRESULT: 99.94", &chance).hasPrefix("Some words.\nRESULT: "))
        }
    }

    @Test("a schema gets a value that it accepts")
    func schema() throws {
        let schema: JSONValue = [
            "type": "object", "required": ["kind", "count"],
            "properties": [
                "kind": ["enum": ["x", "y"]], "count": ["type": "integer", "minimum": 3],
                "note": ["type": "string"],
            ],
        ]
        #expect(SchemaSample.make(schema) == ["kind": "x", "count": 3])
    }

    @Test(
        "a text cut into tokens and joined is the text",
        arguments: [
            "", " ", "a", "Hello, wörld!", "  two  spaces ", "línea\n\notra\tmás 😀😀", "incomprehensibilities",
            "{\"a\": [1,2.5]}",
        ])
    func tokens(text: String) {
        let pieces = TokenPieces.split(text)
        #expect(pieces.joined() == text)
        #expect(!pieces.contains(""))
    }
}
