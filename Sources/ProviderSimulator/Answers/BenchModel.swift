import LLMCore
import LLMWire

/// A model of fixed shape for load studies: `bench-50-chunks` sends fifty one-token events at once, `bench-64-chunks-50-per-second`
/// one every 20 ms. Every provider has them; they cost nothing, and only those are listed that a scenario names among its models.
struct BenchModel: Sendable, Hashable {
    var chunks: Int
    /// Events a second; `nil` sends without pause.
    var rate: Double?

    init?(_ name: String) {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 6, parts[0] == "bench", parts[2] == "chunks",
            let chunks = Int(parts[1]), (1...100_000).contains(chunks)
        else { return nil }
        self.chunks = chunks
        guard parts.count == 6 else { return }
        guard parts[4] == "per", parts[5] == "second", let rate = Double(parts[3]), rate > 0 else { return nil }
        self.rate = rate
    }

    static let words = [" one", " two", " six", " ten", " sun", " sea", " sky", " air"]
}

extension BenchModel {
    /// The same answer every time, event by event.
    func plan(head: AnswerHead, inputTokens: Int, timeScale: Double) -> AnswerPlan {
        let gap = rate.map { Duration.seconds(1 / $0) * timeScale } ?? .zero
        let steps = (0..<chunks).map { index in
            AnswerPlan.Step(
                piece: .text(Self.words[index % Self.words.count]), at: gap * index, outputSoFar: index + 1)
        }
        let usage = TokenUsage(
            promptTokens: inputTokens, cacheReadTokens: 0, outputTokens: chunks, reasoningTokens: 0)
        let text = (0..<chunks).map { Self.words[$0 % Self.words.count] }.joined()
        let timing = AnswerTiming(queue: .zero, prompt: .zero, completion: gap * chunks)
        return AnswerPlan(
            answer: ServedAnswer(
                head: head, text: text, end: AnswerEnd(finish: .stop, usage: usage, timing: timing, billed: .zero)),
            steps: steps, startsAt: .zero, endsAt: gap * (chunks - 1), usage: usage, cost: .zero)
    }
}
