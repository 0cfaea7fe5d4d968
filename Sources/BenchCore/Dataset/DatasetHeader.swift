import LLMCore

/// The optional first row, the one with `"$dataset"`.
struct DatasetHeader {
    var name: String?
    var version: String?
    var builder = CaseBuilder()

    static let format = "dirgen.dataset/1"
    private static let keys: Set<String> = ["$dataset", "name", "version", "task", "defaults", "prompt", "description"]

    init() {}

    init(_ row: Field, _ errors: inout [FieldError]) {
        row.onlyMembers(DatasetHeader.keys, &errors)
        let format = row["$dataset"]?.string(&errors)
        if let format, format != DatasetHeader.format {
            errors.append(
                Field(.string(format), path: [.key("$dataset")]).error(
                    "expected \"\(DatasetHeader.format)\", found \(format.shown(limit: 40))"))
        }
        name = row["name"]?.name(&errors)
        version = row["version"]?.name(&errors)
        if let defaults = row["defaults"], defaults.object(&errors) != nil {
            defaults.onlyMembers(RowFields.defaultKeys, &errors)
            // Members that belong to rows only have just been reported.
            let allowed = defaults.value.object?.filter { RowFields.defaultKeys.contains($0.key) } ?? []
            readDefaults(JSONObject(allowed), path: defaults.path, &errors)
        }
        if let task = row["task"]?.name(&errors) { builder.fallbackTask = TaskType(task) }
        readPrompt(row["prompt"], &errors)
    }

    /// Defaults with variables are read again for each row; the rest is read once, here.
    private mutating func readDefaults(_ object: JSONObject, path: [JSONLocations.Step], _ errors: inout [FieldError]) {
        var plain = JSONObject()
        var templates = JSONObject()
        for member in object {
            let isTemplate =
                object["template"]?.bool != false && RowFields.renderedKeys.contains(member.key)
                && TextRenderer.isNeeded(for: member.value)
            guard isTemplate else {
                plain[member.key] = member.value
                continue
            }
            templates[member.key] = member.value
            checkTemplates(Field(member.value, path: path + [.key(member.key)]), &errors)
        }
        builder.defaults = RowFields(Field(.object(plain), path: path), &errors)
        if !templates.isEmpty { builder.defaultTemplates = Field(.object(templates), path: path) }
    }

    private func checkTemplates(_ field: Field, _ errors: inout [FieldError]) {
        switch field.value {
        case .string(let text): checkTemplate(text, at: field, &errors)
        case .array: for item in field.array(&errors) ?? [] { checkTemplates(item, &errors) }
        case .object(let object):
            for member in object {
                let inner = Field(member.value, path: field.path + [.key(member.key)])
                checkTemplate(member.key, at: inner, &errors)
                checkTemplates(inner, &errors)
            }
        case .null, .bool, .number: break
        }
    }

    private func checkTemplate(_ text: String, at field: Field, _ errors: inout [FieldError]) {
        do throws(PromptTemplate.Failure) {
            _ = try PromptTemplate(text)
        } catch {
            errors.append(field.error(error.message))
        }
    }

    private mutating func readPrompt(_ field: Field?, _ errors: inout [FieldError]) {
        guard let field else { return }
        switch field.value {
        case .string(let text): builder.prompt = .text(text)
        case .array: builder.prompt = MessageCoding.decode(field, &errors).map { .messages($0) }
        default: _ = field.array(&errors, "a string or an array of messages")
        }
        guard builder.defaults.template != false else { return }
        for text in builder.prompt?.texts ?? [] { checkTemplate(text, at: field, &errors) }
    }
}

/// Keys of other tools' datasets that would change what is asked or graded: refused by name instead of kept as notes.
enum ForeignKeys {
    /// The advice on a key that no canonical row has; `nil` when it is merely unknown.
    static func advice(for key: String) -> String? {
        if key.hasPrefix("__") { return "a promptfoo CSV column; write the check as an \"assert\"" }
        return table[key]
    }

    private static let table: [String: String] = [
        "prompt": "write \"input\" in a row; \"prompt\" is the header's template",
        "prompts": "promptfoo's; write one row for each prompt, with \"input\"",
        "text": "write \"input\"",
        "conversations": "ShareGPT's; write \"messages\" with role and content",
        "question": "write \"input\", or a \"vars\" member for the header's \"prompt\"",
        "Question": "write \"input\", or a \"vars\" member for the header's \"prompt\"",
        "answer": "write \"target\"", "Answer": "write \"target\"",
        "ideal": "OpenAI evals'; write \"target\"",
        "expected": "write \"target\"", "expected_output": "write \"target\"",
        "item": "OpenAI graders'; write its members as a row of their own",
        "description": "promptfoo's; write \"id\", or put it under \"metadata\"",
        "provider": "promptfoo's; write \"only\"", "providers": "promptfoo's; write \"only\"",
        "options": "promptfoo's; transforms are not supported",
        "asserts": "write \"assert\"", "assertions": "write \"assert\"",
        "files": "Inspect's; not supported", "setup": "Inspect's; not supported", "sandbox": "Inspect's; not supported",
        "output_tokens_count": "write \"params\": {\"max_tokens\": …}",
        "output_length": "write \"params\": {\"max_tokens\": …}",
        "timestamp": "write \"at_ms\"",
    ]
}
