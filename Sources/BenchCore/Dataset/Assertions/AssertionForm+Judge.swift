import LLMCore

extension AssertionForm {
    /// Alike in meaning to one of some texts, by a model of embeddings.
    static let similar = AssertionForm(["value", "threshold", "provider"]) { field, assertion, errors in
        let value = field.needed("value", of: .similar, &errors)
        value?.nameOrNames(&errors)
        assertion.value = value?.value
        readJudge(field, &assertion, &errors)
    }

    /// A demand on the answer, judged by a model.
    static let rubric = AssertionForm(["value", "threshold", "provider"]) { field, assertion, errors in
        text.read(field, &assertion, &errors)
        readJudge(field, &assertion, &errors)
    }

    /// Better than another answer (`against`; the row's reference where it is left out), judged by a model.
    static let pairwise = AssertionForm(["value", "against", "threshold", "provider"]) { field, assertion, errors in
        text.read(field, &assertion, &errors)
        _ = field["against"]?.name(&errors)
        readJudge(field, &assertion, &errors)
    }

    /// The best of all models' answers by a criterion, judged by a model.
    static let selectBest = AssertionForm(["value", "provider"]) { field, assertion, errors in
        text.read(field, &assertion, &errors)
        _ = field["provider"]?.name(&errors)
    }

    private enum MaxScoreMethod: String, CaseIterable {
        case average, sum
    }

    /// The answer of all models' whose other assertions score most.
    static let maxScore = AssertionForm(["value", "threshold"]) { field, assertion, errors in
        assertion.value = field["value"]?.value
        assertion.threshold = field.share(&errors)
        guard let value = field["value"], value.object(&errors) != nil else { return }
        value.onlyMembers(["method", "weights"], &errors)
        _ = value["method"]?.word(&errors, of: MaxScoreMethod.self)
        guard let weights = value["weights"], let object = weights.object(&errors) else { return }
        for weight in object {
            let place = Field(weight.value, path: weights.path + [.key(weight.key)])
            _ = place.number(&errors, "a number, 0 or more") { $0 >= 0 }
        }
    }

    private static func readJudge(_ field: Field, _ assertion: inout Assertion, _ errors: inout [FieldError]) {
        assertion.threshold = field.share(&errors)
        _ = field["provider"]?.name(&errors)
    }
}
