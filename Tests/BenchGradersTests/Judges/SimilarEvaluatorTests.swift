import BenchCore
import LLMCore
import Testing

@testable import BenchGraders

@Suite("Answers alike in meaning", .timeLimit(.minutes(1)))
struct SimilarEvaluatorTests {
    /// Embeds each text as the numbers that it holds.
    private struct Numbers: EmbeddingCaller {
        var failure: JudgeFailure?
        func embed(_ texts: [String], by model: Arm, about trial: CallID?) async throws(JudgeFailure) -> [[Double]] {
            if let failure { throw failure }
            return texts.map { $0.split(separator: " ").compactMap { Double($0) } }
        }
    }
    private let model = Arm(model: ModelID(provider: .local, name: "ai/minilm"), endpoint: "test", simulated: false)
    private let row = BenchCase(id: "a", task: .general, messages: [.user("?")], hash: "h")

    private func judge(
        _ answer: String, _ value: JSONValue, threshold: Double? = nil, panel: JudgePanel? = nil,
        caller: Numbers = Numbers()
    ) async -> Finding {
        await SimilarEvaluator(panel: panel ?? JudgePanel(embeddings: model), caller: caller).judge(
            Assertion(kind: .similar, value: value, threshold: threshold), of: row, GradedAnswer(text: answer))
    }

    @Test(
        "the cosine to the nearest text is the score, and 0.8 is enough unless a threshold says otherwise",
        arguments: [
            ("1 0", "2 0", nil, 1.0, true), ("1 0", "0 1", nil, 0, false), ("1 0", "-1 0", nil, 0, false),
            ("3 4", "4 3", nil, 0.96, true), ("3 4", "4 3", 0.97, 0.96, false), ("3 4", "0 5", nil, 0.8, true),
            ("1e300 1e300", "1e-300 1e-300", nil, 1, true),
        ] as [(String, String, Double?, Double, Bool)])
    func cosine(answer: String, text: String, threshold: Double?, score: Double, passes: Bool) async {
        guard case .scored(let found, let held, _) = await judge(answer, .string(text), threshold: threshold) else {
            Issue.record("not scored")
            return
        }
        #expect(abs(found - score) < 1e-12 && held == passes)
        guard case .scored(let best, _, _) = await judge(answer, ["0 0.001", .string(text)], threshold: threshold)
        else {
            Issue.record("not scored")
            return
        }
        #expect(best >= found - 1e-12)
    }

    @Test("without a model, or without its vectors, nothing is said of the answer")
    func open() async {
        guard case .unscored = await judge("1 0", "1 0", panel: JudgePanel()) else {
            Issue.record("scored without a model")
            return
        }
        for vectors in ["0 0", "", "1 0 0"] {
            guard case .judgeFailed = await judge("1 0", .string(vectors)) else {
                Issue.record("\(vectors) was compared")
                return
            }
        }
        let failing = Numbers(failure: .failed("no such model"))
        #expect(await judge("1 0", "1 0", caller: failing) == .judgeFailed("local/ai/minilm: no such model"))
    }
}
