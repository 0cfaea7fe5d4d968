import LLMCore

extension AssertionJudge {
    /// Judges the kinds that compare or search the text.
    func judgeText(_ assertion: Assertion) -> Finding {
        switch assertion.kind {
        case .equals: equals(assertion.value ?? .null)
        case .containsAny: contains(assertion.texts, any: true, bytes)
        case .contains, .containsAll: contains(assertion.texts, any: false, bytes)
        case .icontainsAny: icontains(assertion.texts, any: true)
        case .icontains, .icontainsAll: icontains(assertion.texts, any: false)
        case .startsWith: edge(assertion.text, "starts") { $0.starts(with: $1) }
        case .endsWith: edge(assertion.text, "ends") { $0.reversed().starts(with: $1.reversed()) }
        default: regex(assertion.text)
        }
    }

    /// Text as text; where the expected value is JSON (not a string, or a string holding an object or array), as data.
    private func equals(_ expected: JSONValue) -> Finding {
        if case .string(let text) = expected {
            if nfc == text.nfc { return .holds("equals \(text.shown())") }
            guard let data = AssertionJudge.container(text), let found = AnswerJSON(bytes[...]),
                data.isSameData(as: found.value)
            else { return .fails("expected \(text.shown()), found \(answer.text.shown())") }
            return found.ambiguity.map(Finding.fails) ?? .holds("equals \(text.shown()) as JSON")
        }
        guard let found = AnswerJSON(bytes[...]), expected.isSameData(as: found.value) else {
            return .fails("expected the JSON \(expected.text.shown()), found \(answer.text.shown())")
        }
        return found.ambiguity.map(Finding.fails) ?? .holds("equals \(expected.text.shown()) as JSON")
    }

    private static func container(_ text: String) -> JSONValue? {
        guard let value = try? JSONValue.parse(text), value.array != nil || value.object != nil else { return nil }
        return value
    }

    private func icontains(_ needles: [String], any: Bool) -> Finding {
        contains(needles.map(\.caseFolded), any: any, Array(nfc.caseFolded.utf8))
    }

    private func contains(_ needles: [String], any: Bool, _ haystack: [UInt8]) -> Finding {
        let missing = needles.filter { !TextSearch($0).occurs(in: haystack) }
        let list = { (texts: [String]) in AssertionJudge.list(texts) }
        if any {
            guard missing.count == needles.count else {
                return .holds("contains \(list(needles.filter { !missing.contains($0) }))")
            }
            return .fails("contains none of \(list(needles))")
        }
        return missing.isEmpty ? .holds("contains \(list(needles))") : .fails("does not contain \(list(missing))")
    }

    /// White space around the answer aside.
    private func edge(_ text: String, _ verb: String, _ matches: (String.UTF8View, String.UTF8View) -> Bool) -> Finding
    {
        let trimmed = nfc.trimmedText
        return matches(trimmed.utf8, text.nfc.utf8)
            ? .holds("\(verb) with \(text.shown())")
            : .fails("expected that it \(verb) with \(text.shown(limit: 60)), found \(trimmed.shown(limit: 60))")
    }

    private func regex(_ pattern: String) -> Finding {
        guard let matcher = try? RegexMatcher(pattern) else {
            return .undecided("\(pattern.shown(limit: 60)) does not compile")
        }
        switch matcher.search(nfc, isOver: startLimit()) {
        case .found: return .holds("matches \(pattern.shown())")
        case .notFound: return .fails("does not match \(pattern.shown())")
        case .stopped(let reason): return .undecided("\(pattern.shown()): \(reason)")
        }
    }
}
