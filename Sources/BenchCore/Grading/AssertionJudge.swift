import LLMCore

/// A judge of the assertions of one case against one answer.
struct AssertionJudge {
    let answer: GradedAnswer
    /// Makes a fresh "is the time over?" for one assertion.
    let startLimit: @Sendable () -> @Sendable () -> Bool
    private let nfc: String
    private let bytes: [UInt8]

    init(answer: GradedAnswer, startLimit: @escaping @Sendable () -> @Sendable () -> Bool) {
        self.answer = answer
        self.startLimit = startLimit
        nfc = answer.text.nfc
        bytes = Array(nfc.utf8)
    }

    func judge(_ assertion: Assertion) -> Finding {
        let value = assertion.value
        switch assertion.kind {
        case .equals: return equals(value ?? .null)
        case .contains: return contains([value?.string ?? ""], any: false, bytes)
        case .containsAny: return contains(strings(value), any: true, bytes)
        case .containsAll: return contains(strings(value), any: false, bytes)
        case .icontains: return icontains([value?.string ?? ""], any: false)
        case .icontainsAny: return icontains(strings(value), any: true)
        case .icontainsAll: return icontains(strings(value), any: false)
        case .regex: return regex(value?.string ?? "")
        case .isJSON: return isJSON(value)
        case .containsJSON: return containsJSON(value)
        case .latency: return latency(assertion.threshold ?? 0)
        case .cost: return cost(assertion.threshold ?? 0)
        default: return .unscored("\(assertion.type) cannot be judged here")
        }
    }

    private func strings(_ value: JSONValue?) -> [String] { value?.array?.compactMap(\.string) ?? [] }

    /// Text as text; where the expected value is JSON (not a string, or a string holding an object or array), as data.
    private func equals(_ expected: JSONValue) -> Finding {
        if case .string(let text) = expected {
            if nfc == text.nfc { return .holds("equals \(text.shown())") }
            guard let data = AssertionJudge.container(text), let found = try? JSONValue.parse(bytes),
                data.isSameData(as: found)
            else { return .fails("expected \(text.shown()), found \(answer.text.shown())") }
            return .holds("equals \(text.shown()) as JSON")
        }
        guard let found = try? JSONValue.parse(bytes), expected.isSameData(as: found) else {
            return .fails("expected the JSON \(expected.text.shown()), found \(answer.text.shown())")
        }
        return .holds("equals \(expected.text.shown()) as JSON")
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

    private static func list(_ texts: [String]) -> String {
        let shown = texts.prefix(5).map { $0.shown(limit: 40) }.joined(separator: ", ")
        return texts.count > 5 ? "\(shown) and \(texts.count - 5) more" : shown
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

    private func isJSON(_ schema: JSONValue?) -> Finding {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue.parse(bytes)
        } catch {
            // A limit of ours: the text may be JSON all the same.
            guard !error.message.hasPrefix("nested deeper") else {
                return .fails("\(error.message), the limit of is-json")
            }
            return .fails("not JSON: \(error)")
        }
        do {
            let violation = try schema.map { try JSONSchema($0).violation(of: value, isOver: startLimit()) } ?? nil
            return violation.map(Finding.fails) ?? .holds("is JSON\(schema == nil ? "" : " that keeps the schema")")
        } catch let error as JSONSchema.Undecided {
            return .undecided(error.reason)
        } catch {
            return .undecided("the schema cannot be used")
        }
    }

    private func containsJSON(_ schema: JSONValue?) -> Finding {
        let parsed = schema.map { try? JSONSchema($0) }
        if let parsed, parsed == nil { return .undecided("the schema cannot be used") }
        switch JSONSearch(schema: parsed ?? nil, isOver: startLimit()).search(nfc) {
        case .found: return .holds("contains JSON\(schema == nil ? "" : " that keeps the schema")")
        case .notFound: return .fails("contains no JSON")
        case .noneFits(let reason): return .fails("no JSON in it keeps the schema: \(reason)")
        case .undecided(let reason): return .undecided(reason)
        }
    }

    private func latency(_ threshold: Double) -> Finding {
        let words = "answered in \(NumberText.duration(milliseconds: answer.respMilliseconds))"
        let limit = NumberText.duration(milliseconds: threshold)
        return answer.respMilliseconds <= threshold ? .holds(words) : .fails("\(words), expected at most \(limit)")
    }

    private func cost(_ threshold: Double) -> Finding {
        guard let cost = answer.cost else { return .unscored("the cost of the call is unknown") }
        return cost.dollars <= threshold
            ? .holds("cost $\(cost)") : .fails("cost $\(cost), expected at most \(NumberText.dollars(threshold))")
    }

    /// The row's `target` where no assertion looks at the text: equal to any of them, surrounding white space aside.
    func judgeTarget(_ targets: [String]) -> Finding {
        let text = nfc.trimmed
        guard targets.contains(where: { $0.nfc.trimmed == text }) else {
            return .fails("expected \(AssertionJudge.list(targets)), found \(answer.text.shown())")
        }
        return .holds("equals \(String(text).shown())")
    }
}

extension String {
    fileprivate var trimmed: Substring {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
