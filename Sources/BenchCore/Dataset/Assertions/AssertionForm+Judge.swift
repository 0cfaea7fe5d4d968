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

    private static func readJudge(_ field: Field, _ assertion: inout Assertion, _ errors: inout [FieldError]) {
        assertion.threshold = field.share(&errors)
        _ = field["provider"]?.name(&errors)
    }
}
