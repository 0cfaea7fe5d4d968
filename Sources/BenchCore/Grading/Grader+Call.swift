public import LLMCore

extension Grader {
    /// Grades a whole call, failed or not, and says how its trial ended.
    ///
    /// - A provider's failure is not graded: it has no score, and counts as 0 in `quality`.
    /// - A refusal, a filtered or an empty answer, a prompt that did not fit and a tool call that cannot be read score 0:
    ///   words of refusal could pass a `not-contains`.
    /// - An answer cut at the output limit is graded as far as it goes.
    /// - An answer that breaks the row's `response_schema` is `schema_invalid`; its assertions still judge it.
    public func judge(_ benchCase: BenchCase, call: CallRecord, metrics: TrialMetrics) -> (
        grade: Grade, outcome: TrialOutcome
    ) {
        let outcome = TrialOutcome.attempt(call.outcome)
        switch call.outcome {
        case .ok, .lengthTruncated:
            let answer = GradedAnswer(text: call.answer.text, respMilliseconds: metrics.resp, cost: metrics.cost)
            let grade = grade(benchCase, answer)
            if grade.graderError { return (grade, .graderError) }
            let broken = call.outcome == .ok && breaksSchema(call.answer, of: benchCase)
            return (grade, broken ? .schemaInvalid : outcome)
        default:
            guard outcome.fault == .caseOutcome else { return (Grade(verdicts: [], score: nil, passed: nil), outcome) }
            return (Grader.zero(benchCase, because: call.outcome), outcome)
        }
    }

    private static func zero(_ benchCase: BenchCase, because outcome: AttemptClass) -> Grade {
        let verdicts = benchCase.assertions.enumerated().map { index, assertion in
            Verdict(
                type: assertion.type, index: index, result: .failed, score: 0, weight: assertion.weight,
                metric: assertion.metric, reason: "no answer: \(outcome.rawValue)")
        }
        let isGraded = !benchCase.assertions.isEmpty || !benchCase.target.isEmpty
        return Grade(verdicts: verdicts, score: isGraded ? 0 : nil, passed: isGraded ? false : nil)
    }

    /// A schema that uses more than we can check is checked no further than for being JSON.
    private func breaksSchema(_ answer: Answer, of benchCase: BenchCase) -> Bool {
        guard let given = benchCase.parameters.responseSchema, answer.toolCalls.isEmpty else { return false }
        guard let value = try? JSONValue.parse(answer.text) else { return true }
        guard let schema = try? JSONSchema(given) else { return false }
        let violation = try? schema.violation(of: value, isOver: startLimit())
        return violation.flatMap { $0 } != nil
    }
}
