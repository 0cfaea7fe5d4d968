import LLMCore
import Metrics
import Testing

@testable import LLMServer

@Suite("Bounded values of labels", .timeLimit(.minutes(1)))
struct MetricVocabularyTests {
    private static let vocabulary = MetricVocabulary(
        models: [
            ModelID(provider: "openai", name: "gpt-5"), ModelID(provider: "anthropic", name: "claude-haiku-4-5"),
            ModelID(provider: "groq", name: "openai/gpt-oss-120b"),
        ], providers: ["gemini"], tasks: ["translation"])

    @Test(
        "a configured value stays, any other is one and the same",
        arguments: [
            ("gpt-5", .models, "gpt-5"), ("gpt-5-2025-08-07", .models, "gpt-5"),
            ("claude-haiku-4-5-20251001", .models, "claude-haiku-4-5"),
            ("openai/gpt-oss-120b", .models, "openai/gpt-oss-120b"),
            ("gpt-5-2025-08-7", .models, "_OTHER"), ("gpt-5-mini", .models, "_OTHER"), ("gpt-6", .models, "_OTHER"),
            ("20251001", .models, "_OTHER"), ("", .models, ""),
            ("openai/gpt-5", .modelIDs, "openai/gpt-5"), ("groq/gpt-5", .modelIDs, "_OTHER"),
            ("openai", .providers, "openai"), ("gcp.gemini", .providers, "gcp.gemini"), ("evil", .providers, "_OTHER"),
            ("translation", .tasks, "translation"), ("general", .tasks, "general"), ("drop table", .tasks, "_OTHER"),
            ("a", .closed(["a"]), "a"), ("b", .closed(["a"]), "_OTHER"), ("anything", .open, "anything"),
        ] as [(String, LabelValues, String)])
    func bounded(value: String, values: LabelValues, expected: String) {
        #expect(Self.vocabulary.bounded(value, values) == expected)
    }

    @Test("without a configuration only closed values are bounded")
    func open() {
        #expect(MetricVocabulary.open.bounded("gpt-5-2025-08-07", .models) == "gpt-5-2025-08-07")
        #expect(MetricVocabulary.open.bounded("b", .closed(["a"])) == "_OTHER")
    }

    @Test("a thousand names of models make one series")
    func hostile() {
        let registry = MetricsRegistry(vocabulary: Self.vocabulary)
        for number in 0..<1_000 {
            Counter(
                label: "dirgen.cost_unknown",
                dimensions: [
                    ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"),
                    ("gen_ai.request.model", "model-\(number)"),
                ], factory: registry
            ).increment()
        }
        let entry = registry.snapshot().families.first { $0.family == MetricCatalogue.unknownCosts }
        #expect(entry?.points == [MetricPoint(labels: ["chat", "openai", "_OTHER"], value: .scalar(.integer(1_000)))])
    }

    @Test("a configuration that is read again counts at once, for values that were seen before, too")
    func reload() {
        let registry = MetricsRegistry(vocabulary: Self.vocabulary)
        func count(_ model: String) {
            registry.scalar(MetricCatalogue.unknownCosts, ["chat", "openai", model])?.increment()
        }
        count("gpt-5")
        count("gpt-6")
        registry.use(MetricVocabulary(models: [ModelID(provider: "openai", name: "gpt-6")]))
        count("gpt-5")
        count("gpt-6")
        let entry = registry.snapshot().families.first { $0.family == MetricCatalogue.unknownCosts }
        let expected = [("_OTHER", 2), ("gpt-5", 1), ("gpt-6", 1)] as [(String, Int64)]
        #expect(
            entry?.points
                == expected.map { model, count in
                    MetricPoint(labels: ["chat", "openai", model], value: .scalar(.integer(count)))
                })
    }

    @Test("a dated name and the configured one are one series, before and after they were seen")
    func dated() {
        let registry = MetricsRegistry(vocabulary: Self.vocabulary)
        for name in ["gpt-5-2025-08-07", "gpt-5", "gpt-5-2025-08-07", "gpt-5-20261111"] {
            registry.scalar(MetricCatalogue.unknownCosts, ["chat", "openai", name])?.increment()
        }
        let entry = registry.snapshot().families.first { $0.family == MetricCatalogue.unknownCosts }
        #expect(entry?.points == [MetricPoint(labels: ["chat", "openai", "gpt-5"], value: .scalar(.integer(4)))])
    }
}
