import LLMCore

extension AssertionForm {
    /// `is-json` and `contains-json`: a schema, or nothing.
    static let schema = AssertionForm(["value"]) { field, assertion, errors in
        field["value"]?.checkSchema(&errors)
        assertion.value = field["value"]?.value
    }

    /// A path with the value, `null` too, or the schema of what stands there.
    static let jsonPath = AssertionForm(["path", "value", "schema"]) { field, assertion, errors in
        assertion.value = field.value["value"]
        field["schema"]?.checkSchema(&errors)
        if (field.value["value"] != nil) == (field["schema"] != nil) {
            errors.append(field.error("json-path needs a \"value\" or a \"schema\", and not both"))
        }
        guard let path = field.needed("path", of: assertion.kind, &errors), let text = path.name(&errors) else {
            return
        }
        do throws(JSONPath.Invalid) {
            _ = try JSONPath(text)
        } catch {
            errors.append(path.error("not a JSON path: \(error.message)"))
        }
    }

    /// Paths of elements that must exist, from the root on.
    static let xml = AssertionForm(["value"]) { field, assertion, errors in
        field["value"]?.names(&errors)
        assertion.value = field["value"]?.value
    }

    private enum InstructionMode: String, CaseIterable {
        case strict, loose
    }

    /// Instructions of IFEval and IFBench by their names, with their arguments: known to whoever checks them.
    static let instructions = AssertionForm(["value", "mode"]) { field, assertion, errors in
        let value = field.needed("value", of: .instructions, "an array of instructions", &errors)
        assertion.value = value?.value
        _ = field["mode"]?.word(&errors, of: InstructionMode.self)
        let items = value?.array(&errors, "an array of instructions")
        if items?.isEmpty == true { value.map { errors.append($0.error("expected at least one instruction")) } }
        for item in items ?? [] where item.object(&errors) != nil {
            item.onlyMembers(["id", "kwargs"], &errors)
            if let id = item["id"] {
                _ = id.name(&errors)
            } else {
                errors.append(item.error("an instruction needs an \"id\""))
            }
            _ = item["kwargs"]?.object(&errors)
        }
    }

    /// The tools that may be called, in OpenAI's form.
    static let toolCalls = AssertionForm(["value"]) { field, assertion, errors in
        assertion.value = field["value"]?.value
        for tool in field["value"]?.array(&errors, "an array of tools") ?? [] {
            guard tool.object(&errors) != nil else { continue }
            guard let function = tool["function"], function.object(&errors) != nil else {
                if tool["function"] == nil { errors.append(tool.error("a tool needs a \"function\"")) }
                continue
            }
            if let name = function["name"] {
                _ = name.name(&errors)
            } else {
                errors.append(function.error("a function needs a \"name\""))
            }
            function["parameters"]?.checkSchema(&errors)
        }
    }
}
