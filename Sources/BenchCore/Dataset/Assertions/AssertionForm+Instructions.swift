import LLMCore

extension AssertionForm {
    /// Instructions of IFEval and IFBench, by their names: `[{"id": "…", "kwargs": {…}}]`.
    static let instructions = AssertionForm(["value", "mode"]) { field, assertion, errors in
        assertion.value = field["value"]?.value
        if let mode = field["mode"]?.string(&errors), mode != "strict", mode != "loose" {
            errors.append(field.error("expected the mode \"strict\" or \"loose\", found \(mode.shown(limit: 40))"))
        }
        guard let list = field.needed("value", of: .instructions, &errors)?.array(&errors, "an array of instructions")
        else { return }
        for item in list where item.object(&errors) != nil {
            item.onlyMembers(["id", "kwargs"], &errors)
            _ = item.needed("id", of: .instructions, &errors)?.name(&errors)
            if let arguments = item["kwargs"] { _ = arguments.object(&errors) }
        }
    }
}
