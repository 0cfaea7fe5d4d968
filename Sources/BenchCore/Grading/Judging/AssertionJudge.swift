import LLMCore

/// A judge of assertions about one answer that need nothing but the answer. Each family of kinds is a file of its own.
struct AssertionJudge {
    let answer: GradedAnswer
    /// Makes a fresh "is the time over?" for one assertion.
    let startLimit: @Sendable () -> @Sendable () -> Bool
    let nfc: String
    let bytes: [UInt8]

    init(answer: GradedAnswer, startLimit: @escaping @Sendable () -> @Sendable () -> Bool) {
        self.answer = answer
        self.startLimit = startLimit
        nfc = answer.text.nfc
        bytes = Array(nfc.utf8)
    }

    func judge(_ assertion: Assertion) -> Finding {
        switch assertion.kind {
        case .equals, .contains, .containsAny, .containsAll, .icontains, .icontainsAny, .icontainsAll, .startsWith,
            .endsWith, .regex:
            judgeText(assertion)
        case .levenshtein, .rougeN, .bleu: judgeSimilarity(assertion)
        case .wordCount, .sentenceCount, .characterCount: judgeCount(assertion)
        case .numeric: judgeNumeric(assertion)
        case .choice: judgeChoice(assertion)
        case .isJSON, .containsJSON, .jsonPath: judgeJSON(assertion)
        case .isXML: judgeXML(assertion)
        case .isOpenAIToolsCall: judgeToolCalls(assertion)
        case .latency, .cost, .finishReason: judgeMeasurement(assertion)
        case .assertSet: .undecided("a set is judged by its members")
        case .isSQL, .code, .sql, .plan, .similar, .pairwise, .llmRubric, .instructions:
            .unscored("nothing here can judge \(assertion.kind.rawValue)")
        }
    }

    /// The row's `target` where no assertion looks at the text: equal to any of them, surrounding white space aside.
    func judgeTarget(_ targets: [String]) -> Finding {
        let text = nfc.trimmedText
        guard targets.contains(where: { $0.nfc.trimmedText == text }) else {
            return .fails("expected \(AssertionJudge.list(targets)), found \(answer.text.shown())")
        }
        return .holds("equals \(text.shown())")
    }

    static func list(_ texts: [String]) -> String {
        let shown = texts.prefix(5).map { $0.shown(limit: 40) }.joined(separator: ", ")
        return texts.count > 5 ? "\(shown) and \(texts.count - 5) more" : shown
    }
}

extension Assertion {
    /// The expected texts: one, or a list of them.
    var texts: [String] { value?.string.map { [$0] } ?? value?.array?.compactMap(\.string) ?? [] }
    var text: String { value?.string ?? "" }
}
