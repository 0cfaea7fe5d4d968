public import BenchCore
package import LLMCore

/// The evaluator of `llm-rubric` and `pairwise`: asks a judge model, at temperature 0, and reads its verdict.
///
/// Without a judge, or with one of the judged model's family, the verdict is unscored. A judge that fails, or whose second reply cannot
/// be read either, is a judge's error: never the judged model's.
public struct JudgeEvaluator: AssertionEvaluator {
    public let kinds: Set<Assertion.Kind> = [.llmRubric, .pairwise]
    private let panel: JudgePanel
    private let caller: any JudgeCaller

    public init(panel: JudgePanel, caller: any JudgeCaller) {
        self.panel = panel
        self.caller = caller
    }

    /// The share from which an assertion without a `threshold` holds.
    static let rubricThreshold = 0.7
    /// Better in both orders: a tie is not better.
    static let pairThreshold = 1.0

    public func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding {
        guard let judge = panel.judge(of: assertion) else { return .unscored("no judge model was given") }
        if let family = panel.conflict(of: judge, with: answer.model) {
            return .unscored("\(judge.model) would judge a model of its own family (\(family))")
        }
        guard let text = assertion.value?.string else { return .undecided("no text says what is judged") }
        let sitting = Sitting(judge: judge, caller: caller, answer: answer, prompt: benchCase.promptText)
        do throws(JudgeFailure) {
            return switch assertion.kind {
            case .pairwise: try await sitting.compare(by: text, with: assertion.rival(in: benchCase), assertion)
            default: try await sitting.rate(by: text, assertion)
            }
        } catch {
            return Finding(error, of: judge.model)
        }
    }
}

extension JudgeEvaluator {
    /// Changes whenever the same answer could get another verdict of the same judge.
    public static var version: String { JudgeQuestion.version }
}

/// One answer before its judge.
private struct Sitting {
    let judge: Arm
    let caller: any JudgeCaller
    let answer: GradedAnswer
    let prompt: String

    func rate(by rubric: String, _ assertion: Assertion) async throws(JudgeFailure) -> Finding {
        let question = JudgeQuestion.rubric(rubric, prompt: prompt, answer: answer.text)
        let verdict = try await ask(question) { JudgeReply.score($0, key: $1) }
        let passes = verdict.score >= (assertion.threshold ?? JudgeEvaluator.rubricThreshold)
        return .scored(verdict.score, passes: passes, said(verdict.reason, limit: 200, question.note))
    }

    /// Asked in both orders, for judges favour a place; where they disagree it is a tie.
    func compare(by criterion: String, with rival: String?, _ assertion: Assertion) async throws(JudgeFailure)
        -> Finding
    {
        guard let rival else {
            return .unscored("there is no answer to compare with: neither `against` nor a reference")
        }
        let threshold = assertion.threshold ?? JudgeEvaluator.pairThreshold
        guard rival != answer.text else { return .scored(0.5, passes: 0.5 >= threshold, "the same answer") }
        let ahead = JudgeQuestion.pair(criterion, prompt: prompt, first: answer.text, second: rival)
        let behind = JudgeQuestion.pair(criterion, prompt: prompt, first: rival, second: answer.text)
        let first = try await ask(ahead) { JudgeReply.better($0, key: $1) }
        let second = try await ask(behind) { JudgeReply.better($0, key: $1) }
        let score: Double =
            switch (first.better, second.better) {
            case (.first, .second): 1
            case (.second, .first): 0
            default: 0.5
            }
        let word =
            score == 1
            ? "better"
            : score == 0
                ? "worse"
                : first.better == second.better && first.better != .tie ? "a tie, by the order alone" : "a tie"
        return .scored(
            score, passes: score >= threshold, said(first.reason, limit: 160, ahead.note, verdict: word))
    }

    /// The verdict's reason for people: by whom, what, and why where the judge said so.
    private func said(_ reason: String, limit: Int, _ note: String, verdict: String? = nil) -> String {
        let why = reason.isBlank ? (verdict == nil ? "no reason given" : nil) : reason.shown(limit: limit)
        return ([judge.model.description] + [verdict, why].compactMap(\.self)).joined(separator: ": ") + note
    }

    /// A verdict that was paid for before stands; a reply that cannot be read is asked for once more.
    private func ask<Verdict>(
        _ question: JudgeQuestion, _ read: (_ reply: String, _ key: String) -> Verdict?
    ) async throws(JudgeFailure) -> Verdict {
        let requests = [false, true].map { question.request(isRepeated: $0) }
        for request in requests {
            let reply = await caller.earlierReply(to: request, of: judge) { read($0, question.key) != nil }
            if let verdict = reply.flatMap({ read($0, question.key) }) { return verdict }
        }
        for request in requests {
            let reply = try await caller.ask(request, of: judge, about: answer.call)
            if let verdict = read(reply.text, question.key) { return verdict }
        }
        throw .failed("its replies are not the verdict that was asked for")
    }
}

extension JudgePanel {
    /// The questions that the assertions of a case put to these models about an answer of another.
    package func inquiries(of benchCase: BenchCase, about model: ModelID) -> [JudgeEstimate.Inquiry] {
        let prompt = benchCase.promptText
        let judged = benchCase.assertions.flatMap(\.judged).compactMap { assertion -> JudgeEstimate.Inquiry? in
            guard let judge = judge(of: assertion), conflict(of: judge, with: model) == nil,
                let text = assertion.value?.string
            else { return nil }
            let isPair = assertion.kind == .pairwise
            let rival = isPair ? assertion.rival(in: benchCase) : nil
            guard !isPair || rival != nil else { return nil }
            let question =
                rival.map { JudgeQuestion.pair(text, prompt: prompt, first: "", second: $0) }
                ?? .rubric(text, prompt: prompt, answer: "")
            return JudgeEstimate.Inquiry(
                judge: judge, questions: isPair ? 2 : 1, bytes: question.request().worstCaseInputTokens,
                shownBytes: 4 * JudgeQuestion.mostCharacters)
        }
        let embedded = benchCase.assertions.flatMap(\.embedded).compactMap { assertion -> JudgeEstimate.Inquiry? in
            guard let model = embeddings(of: assertion) else { return nil }
            let texts = assertion.value?.string.map { [$0] } ?? assertion.value?.array?.compactMap(\.string) ?? []
            let bytes = texts.reduce(16) { $0 + $1.utf8.count + 16 }
            return JudgeEstimate.Inquiry(judge: model, bytes: bytes, isEmbedding: true)
        }
        return judged + embedded
    }
}

extension Assertion {
    /// The answer that a pairwise assertion compares with.
    fileprivate func rival(in benchCase: BenchCase) -> String? {
        options["against"]?.string ?? benchCase.reference
    }
}

extension BenchCase {
    /// The prompt as one text.
    fileprivate var promptText: String {
        messages.map { messages.count == 1 ? $0.text : "[\($0.role.rawValue)] \($0.text)" }.joined(separator: "\n\n")
    }
}
