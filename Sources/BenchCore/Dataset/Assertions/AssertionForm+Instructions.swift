import LLMCore

extension AssertionForm {
    private enum InstructionMode: String, CaseIterable {
        case strict, loose
    }

    /// Checkable instructions, each with its arguments. Which there are, and what they need, is known to those who check them.
    static let instructions = AssertionForm(["value", "mode"]) { field, assertion, errors in
        let value = field.needed("value", of: .instructions, "an array of {\"id\", \"kwargs\"}", &errors)
        assertion.value = value?.value
        _ = field["mode"]?.word(&errors, of: InstructionMode.self)
        guard let value, let items = value.array(&errors, "an array of {\"id\", \"kwargs\"}") else { return }
        if items.isEmpty { errors.append(value.error("expected at least one instruction")) }
        for item in items where item.object(&errors) != nil {
            item.onlyMembers(["id", "kwargs"], &errors)
            _ = item.needed("id", of: .instructions, &errors)?.name(&errors)
            _ = item["kwargs"]?.object(&errors)
        }
    }
}
