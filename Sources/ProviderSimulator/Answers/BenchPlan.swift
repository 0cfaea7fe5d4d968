import LLMCore
import LLMWire

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
