import LLMCore

/// The ways in which models miss: a good answer spoilt as they do it.
enum Degradation: String, Sendable, CaseIterable {
    /// The right form with a wrong option, number or verdict.
    case wrongValue = "wrong_value"
    case truncated
    /// Prose around the answer, or the answer in a fence.
    case wrapped
    case missingSection = "missing_section"
    /// A good answer to another question.
    case offTopic = "off_topic"
    case declined
    case empty

    private static let weights: [(Degradation, Double)] = [
        (.wrongValue, 0.46), (.offTopic, 0.12), (.missingSection, 0.14), (.truncated, 0.12), (.wrapped, 0.08),
        (.declined, 0.05), (.empty, 0.03),
    ]

    static func draw(_ chance: inout SimulatedChance) -> Degradation {
        var rest = chance.uniform()
        for (kind, weight) in weights {
            rest -= weight
            if rest < 0 { return kind }
        }
        return .wrongValue
    }

    func spoil(_ answer: String, task: TaskType, book: AnswerBook, _ chance: inout SimulatedChance) -> String {
        switch self {
        case .wrongValue: WrongValue.write(answer, &chance)
        case .truncated: Self.truncate(answer, &chance)
        case .wrapped: Self.wrap(answer)
        case .missingSection: Self.withoutSection(answer, &chance)
        case .offTopic: book.stray(from: task, not: answer, &chance) ?? WrongValue.write(answer, &chance)
        case .declined: GenericAnswer.decline(like: answer)
        case .empty: ""
        }
    }

    private static func truncate(_ answer: String, _ chance: inout SimulatedChance) -> String {
        guard answer.count > 3 else { return WrongValue.write(answer, &chance) }
        let share = 0.2 + 0.4 * chance.uniform()
        return String(answer.prefix(max(1, Int(Double(answer.count) * share))))
    }

    private static func wrap(_ answer: String) -> String {
        let body = answer.hasPrefix("```") ? answer : "```\n\(answer)\n```"
        return "Sure! Here is what you asked for:\n\n\(body)\n\nLet me know if you would like me to adjust anything."
    }

    /// Leaves out a member of a JSON object, else a paragraph, a line, or the second half of a sentence.
    private static func withoutSection(_ answer: String, _ chance: inout SimulatedChance) -> String {
        if let (json, rewrap) = WrongValue.json(in: answer), var object = json.object, !object.isEmpty {
            object[object.keys[chance.below(object.count)]] = nil
            return rewrap(.object(object))
        }
        for separator in ["\n\n", "\n", ". "] {
            var parts = answer.split(separator: separator, omittingEmptySubsequences: true).map(String.init)
            guard parts.count > 1 else { continue }
            // The last part holds the result more often than not: what is left out shall matter.
            parts.remove(at: chance.chance(0.6) ? parts.count - 1 : chance.below(parts.count))
            return parts.joined(separator: separator)
        }
        return String(answer.prefix(answer.count / 2))
    }
}
