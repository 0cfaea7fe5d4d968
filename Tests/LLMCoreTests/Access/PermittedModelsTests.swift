import LLMCore
import Testing

@Suite("The models that a key's requests may be answered by", .timeLimit(.minutes(1)))
struct PermittedModelsTests {
    private static let luna = ModelID(provider: "openai", name: "luna")
    private static let llama = ModelID(provider: "groq", name: "llama")
    private static let opus = ModelID(provider: "anthropic", name: "opus")

    private static func answering(
        _ patterns: [ModelPattern], to choice: ModelChoice, task: TaskType = .general, alias: String? = nil
    ) -> [ModelID]? {
        let aliases: [String: ModelPattern] = ["fast": .model(llama), "clever": .auto(.planning)]
        let permitted = VirtualKey.Limits(models: patterns).permitted(for: choice, task: task, alias: alias) {
            aliases[$0]
        }
        return permitted.map { permitted in [luna, llama, opus].filter { permitted.cover($0, task: task) } }
    }

    @Test("a key without a list lets every model answer")
    func all() { #expect(Self.answering([], to: .auto) == nil) }

    @Test("names and providers let their models answer, whoever chooses them")
    func names() {
        for choice in [ModelChoice.auto, .model(Self.luna)] {
            #expect(Self.answering([.model(Self.luna)], to: choice) == [Self.luna])
            #expect(Self.answering([.provider("groq"), .model(Self.luna)], to: choice) == [Self.luna, Self.llama])
        }
    }

    @Test("the service's choice is any model, for its task alone where the key names one")
    func auto() {
        #expect(Self.answering([.auto(nil)], to: .auto)?.count == 3)
        #expect(Self.answering([.auto(.planning)], to: .auto, task: .planning)?.count == 3)
        #expect(Self.answering([.auto(.planning), .model(Self.opus)], to: .model(Self.opus)) == [Self.opus])
    }

    @Test("an alias is what it stands for now, and by which the request came what it stood for then")
    func aliases() {
        #expect(Self.answering([.alias("fast"), .model(Self.luna)], to: .model(Self.luna)) == [Self.luna, Self.llama])
        #expect(Self.answering([.alias("fast")], to: .model(Self.opus), alias: "fast") == [Self.opus])
        #expect(Self.answering([.alias("clever")], to: .auto, task: .general, alias: "clever")?.count == 3)
        #expect(Self.answering([.alias("clever")], to: .model(Self.luna)) == [])
        #expect(Self.answering([.alias("gone"), .model(Self.opus)], to: .model(Self.opus)) == [Self.opus])
    }

    @Test("the patterns are read back from a decision's record")
    func record() {
        let permitted = VirtualKey.Limits(models: [.provider("groq"), .auto(.planning), .model(Self.luna)])
            .permitted(for: .auto, task: .planning, alias: nil) { _ in nil }
        let decision = DecisionRecord(
            reason: "r", asked: .init(fallback: true, permitted: permitted))
        #expect(permitted != nil)
        #expect(DecisionRecord(json: decision.json).asked?.permitted == permitted)
    }
}
