public import BenchCore
import LLMCore

/// The evaluator of `similar`: the cosine between the embeddings of the answer and of the nearest of some texts.
public struct SimilarEvaluator: AssertionEvaluator {
    public let kinds: Set<Assertion.Kind> = [.similar]
    private let panel: JudgePanel
    private let caller: any EmbeddingCaller

    public init(panel: JudgePanel, caller: any EmbeddingCaller) {
        self.panel = panel
        self.caller = caller
    }

    /// The share from which an assertion without a `threshold` holds.
    static let threshold = 0.8

    public func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding {
        guard let model = panel.embeddings(of: assertion) else { return .unscored("no model of embeddings was given") }
        let texts = assertion.value?.string.map { [$0] } ?? assertion.value?.array?.compactMap(\.string) ?? []
        guard !texts.isEmpty else { return .undecided("no text to compare with") }
        let vectors: [[Double]]
        do throws(JudgeFailure) {
            vectors = try await caller.embed([answer.text] + texts, by: model, about: answer.call)
        } catch {
            return Finding(error, of: model.model)
        }
        guard let own = vectors.first, vectors.count == texts.count + 1,
            let likeness = vectors.dropFirst().compactMap({ SimilarEvaluator.cosine(own, $0) }).max()
        else { return .judgeFailed("\(model.model): its embeddings have no direction") }
        let score = min(1, max(0, likeness))
        let passes = likeness >= assertion.threshold ?? SimilarEvaluator.threshold
        return .scored(score, passes: passes, "\(model.model): cosine \(NumberText.fixed(likeness, 3))")
    }

    /// From −1 to 1; `nil` for vectors of other lengths, or without a direction.
    static func cosine(_ left: [Double], _ right: [Double]) -> Double? {
        guard left.count == right.count else { return nil }
        // Scaled, so that squares of very large or small numbers stay numbers.
        let (most, other) = (left.map(\.magnitude).max() ?? 0, right.map(\.magnitude).max() ?? 0)
        guard most > 0, other > 0, most.isFinite, other.isFinite else { return nil }
        var (product, a, b) = (0.0, 0.0, 0.0)
        for (x, y) in zip(left, right) {
            let (x, y) = (x / most, y / other)
            product += x * y
            a += x * x
            b += y * y
        }
        return product / (a * b).squareRoot()
    }
}
