import LLMCore

extension AssertionJudge {
    /// Judges the kinds that look at the answer as JSON.
    func judgeJSON(_ assertion: Assertion) -> Finding {
        switch assertion.kind {
        case .isJSON: isJSON(assertion.value)
        case .containsJSON: containsJSON(assertion.value)
        default: jsonPath(assertion)
        }
    }

    private func isJSON(_ schema: JSONValue?) -> Finding {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue.parse(bytes, rejectingDuplicates: true)
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
        case .noneFits(let reason):
            return .fails("no JSON in it \(schema == nil ? "can be read" : "keeps the schema"): \(reason)")
        case .undecided(let reason): return .undecided(reason)
        }
    }

    /// The value at a path equals the expected one, or fits the schema. Where a path can have several values their array is compared.
    private func jsonPath(_ assertion: Assertion) -> Finding {
        let text = assertion.options["path"]?.string ?? ""
        guard let path = try? JSONPath(text) else { return .undecided("\(text.shown(limit: 60)) is no path") }
        guard let json = AnswerText.json(in: nfc) else { return .fails("contains no JSON") }
        if let ambiguity = json.ambiguity { return .fails(ambiguity) }
        guard let found = try? path.values(in: json.value) else { return .undecided("\(text) has too many values") }
        guard !path.isSingular || !found.isEmpty else { return .fails("nothing at \(text)") }
        let value = path.isSingular ? found.first ?? .null : JSONValue.array(found)
        if let schema = assertion.options["schema"] { return fits(value, schema, at: text) }
        let expected = assertion.value ?? .null
        guard expected.isSameData(as: value) else {
            return .fails("expected \(expected.text.shown(limit: 60)) at \(text), found \(value.text.shown(limit: 60))")
        }
        return .holds("\(text) is \(expected.text.shown(limit: 60))")
    }

    func fits(_ value: JSONValue, _ schema: JSONValue, at path: String) -> Finding {
        guard let schema = try? JSONSchema(schema) else { return .undecided("the schema cannot be used") }
        do throws(JSONSchema.Undecided) {
            let violation = try schema.violation(of: value, isOver: startLimit())
            return violation.map { .fails("at \(path): \($0)") } ?? .holds("\(path) keeps the schema")
        } catch {
            return .undecided(error.reason)
        }
    }
}
