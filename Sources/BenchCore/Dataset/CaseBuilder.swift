import LLMCore

/// Turns a row's fields into a case: fills in, renders, derives a missing id, hashes.
struct CaseBuilder {
    /// The header's template, for rows with no prompt of their own.
    var prompt: Prompt?
    var defaults = RowFields()
    /// For rows that name no task when the header does not either.
    var fallbackTask: TaskType?

    enum Prompt {
        case text(String)
        case messages([Message])
    }

    /// `nil` when something was wrong, which is then in `errors`.
    func build(_ fields: RowFields, at row: Field, line: Int, _ errors: inout [FieldError]) -> BenchCase? {
        let filled = fields.filled(from: defaults)
        let before = errors.count
        let messages = messages(of: filled, at: row, &errors)
        let task = filled.task ?? fallbackTask
        if task == nil { errors.append(row.error("no task: give \"task\" in the row or in the header, or use --task")) }
        guard let messages, let task, errors.count == before else { return nil }
        var result = BenchCase(
            id: fields.id ?? derivedID(row.value), task: task, group: filled.group, messages: messages,
            target: filled.target ?? [], reference: filled.reference, assertions: filled.assertions,
            threshold: filled.threshold ?? 1, choices: filled.choices ?? [], parameters: filled.parameters,
            repeats: filled.repeats, only: filled.only ?? [], skip: filled.skip ?? [], slo: filled.slo, at: filled.at,
            weight: filled.weight ?? 1, split: filled.split ?? .select, tags: filled.tags ?? [],
            metadata: metadata(of: filled), line: line, hash: "")
        result.hash = result.contentHash
        return result
    }

    private func messages(of fields: RowFields, at row: Field, _ errors: inout [FieldError]) -> [Message]? {
        let rendered = fields.template ?? true
        if let messages = fields.messages {
            let key = row["messages"] == nil ? "input" : "messages"
            guard rendered else { return messages }
            return render(messages, fields.vars, at: Field(row.value, path: [.key(key)]), &errors)
        }
        if let input = fields.input, !usesInput {
            let place = Field(row.value, path: [.key("input")])
            guard rendered else { return [.user(input)] }
            return render(input, fields.vars, at: place, &errors).map { [.user($0)] }
        }
        guard let prompt else {
            // A mistyped prompt has been reported where it stands.
            if row["input"] == nil, row["messages"] == nil {
                errors.append(row.error("no prompt: expected \"input\" or \"messages\""))
            }
            return nil
        }
        var vars = fields.vars
        if let input = fields.input {
            if vars["input"] != nil {
                errors.append(row.error("\"input\" conflicts with the variable of that name in \"vars\""))
            }
            vars["input"] = .string(input)
        }
        switch prompt {
        case .text(let text): return render(text, vars, at: row, &errors).map { [.user($0)] }
        case .messages(let messages): return render(messages, vars, at: row, &errors)
        }
    }

    /// The header's prompt takes a row's `input` as a variable instead of giving way to it.
    private var usesInput: Bool {
        let texts: [String] =
            switch prompt {
            case .text(let text): [text]
            case .messages(let messages): messages.map(\.text)
            case nil: []
            }
        return texts.contains { (try? PromptTemplate($0))?.variables.contains("input") ?? false }
    }

    private func render(_ messages: [Message], _ vars: JSONObject, at place: Field, _ errors: inout [FieldError])
        -> [Message]?
    {
        let before = errors.count
        let rendered = messages.map { message in
            var message = message
            message.parts = message.parts.map { part in
                guard case .text(let text) = part else { return part }
                return .text(render(text, vars, at: place, &errors) ?? "")
            }
            return message
        }
        return errors.count == before ? rendered : nil
    }

    private func render(_ text: String, _ vars: JSONObject, at place: Field, _ errors: inout [FieldError]) -> String? {
        // Most prompts hold no brace at all.
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        do throws(PromptTemplate.Failure) {
            return try PromptTemplate(text).render(vars)
        } catch {
            errors.append(place.error(error.message))
            return nil
        }
    }

    /// From what the row asks, so that it survives rows being inserted above it: a line number would not.
    private func derivedID(_ row: JSONValue) -> String {
        var object = JSONObject()
        for key in ["input", "messages", "vars", "target"] { object[key] = row[key] }
        return String(ContentHash.sha256(JSONValue.object(object).normalized.canonicalText).prefix(12))
    }

    private func metadata(of fields: RowFields) -> JSONObject {
        guard !fields.unknown.isEmpty else { return fields.metadata }
        var metadata = fields.metadata
        metadata["_extra"] = .object((metadata["_extra"]?.object ?? JSONObject()).merging(fields.unknown))
        return metadata
    }
}
