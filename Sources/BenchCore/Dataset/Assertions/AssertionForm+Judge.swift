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

    /// A comparison of all models' answers, which no grade can rest on: whether a row passes would depend on which other models ran, so
    /// that neither runs nor tables could be compared.
    static func comparison(_ kind: Assertion.Kind) -> AssertionForm {
        AssertionForm(["value", "threshold", "provider"]) { field, assertion, errors in
            assertion.value = field["value"]?.value
            errors.append(
                field.error(
                    "\(kind.rawValue) compares the answers of all models, so that a grade would depend on which others ran; write pairwise, which compares with the reference"
                ))
        }
    }

    private static func readJudge(_ field: Field, _ assertion: inout Assertion, _ errors: inout [FieldError]) {
        assertion.threshold = field.share(&errors)
        _ = field["provider"]?.name(&errors)
    }
}
