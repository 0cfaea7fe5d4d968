import LLMCore

/// The builder of a case from a row's fields: fills in, renders, derives a missing id, hashes.
struct CaseBuilder {
    /// The header's template, for rows with no prompt of their own.
    var prompt: Prompt?
    var defaults = RowFields()
    /// Those of the header's defaults that hold variables, to be rendered for each row.
    var defaultTemplates: Field?
    /// For rows that name no task when the header does not either.
    var fallbackTask: TaskType?

    enum Prompt {
        case text(String)
        case messages([Message])

        /// Every text that may hold a variable.
        var texts: [String] {
            switch self {
            case .text(let text): return [text]
            case .messages(let messages):
                var texts: [String] = []
                for part in messages.flatMap(\.parts) {
                    _ = part.mappingTexts {
                        texts.append($0)
                        return $0
                    }
                }
                return texts
            }
        }
    }

    /// The row's fields with its variables in their places. Errors name the field of the row as written.
    func fields(of row: Field, _ errors: inout [FieldError]) -> RowFields {
        let isTemplate = row.value["template"]?.bool ?? defaults.template ?? true
        guard isTemplate, let object = row.value.object, TextRenderer.isNeeded(for: row.value) else {
            return RowFields(row, &errors)
        }
        let variables = defaults.vars.merging(row.value["vars"]?.object ?? JSONObject())
        let renderer = TextRenderer(variables: withInput(variables, of: row))
        var rendered = object
        for member in object where RowFields.renderedKeys.contains(member.key) {
            if member.key == "input", usesInput { continue }
            let before = errors.count
            let value = renderer.render(Field(member.value, path: row.path + [.key(member.key)]), &errors)
            // What could not be rendered has been reported, and is not to be judged unrendered.
            rendered[member.key] = errors.count == before ? value : nil
        }
        return RowFields(Field(.object(rendered), path: row.path), &errors)
    }

    /// A header's prompt that asks for `{{input}}` makes the row's input a variable, for its other texts too.
    private func withInput(_ variables: JSONObject, of row: Field) -> JSONObject {
        guard usesInput, let input = row.value["input"], input.string != nil else { return variables }
        return variables.merging(["input": input])
    }

    /// `nil` when something was wrong, which is then in `errors`.
    ///
    /// - Parameter hash: Where it is known.
    func build(
        _ fields: RowFields, at row: Field, line: Int, hash: String? = nil, _ errors: inout [FieldError]
    ) -> BenchCase? {
        let before = errors.count
        let filled = fields.filled(from: defaults(for: fields, at: row, &errors))
        let messages = messages(of: filled, at: row, &errors)
        if let messages, errors.count == before { checkPrompt(messages, at: row, &errors) }
        let task = filled.task ?? fallbackTask
        if task == nil {
            errors.append(row.error("no task: give \"task\" in the row or in the header, or choose one for the run"))
        }
        guard let messages, let task, errors.count == before else { return nil }
        var result = BenchCase(
            id: fields.id ?? derivedID(row.value), task: task, group: filled.group, messages: messages,
            target: filled.target ?? [], reference: filled.reference,
            badAnswers: filled.badAnswers ?? [], assertions: filled.assertions,
            threshold: filled.threshold ?? 1, choices: filled.choices ?? [], parameters: filled.parameters,
            repeats: filled.repeats, only: filled.only ?? [], skip: filled.skip ?? [], slo: filled.slo, at: filled.at,
            weight: filled.weight ?? 1, split: filled.split ?? .select, tags: filled.tags ?? [],
            metadata: metadata(of: filled), line: line, hash: "")
        result.hash = hash ?? result.contentHash
        return result
    }

    /// The header's defaults with the row's variables in their places.
    private func defaults(for fields: RowFields, at row: Field, _ errors: inout [FieldError]) -> RowFields {
        guard let templates = defaultTemplates else { return defaults }
        let variables = withInput(defaults.vars.merging(fields.vars), of: row)
        var found: [FieldError] = []
        let rendered = TextRenderer(variables: variables).render(templates, &found)
        let read = found.isEmpty ? RowFields(Field(rendered, path: templates.path), &found) : RowFields()
        // They stand in the header, but it is this row that lacks the variable or gives it an unfit value.
        errors += found.map { FieldError(path: row.path, message: "the header's \($0.message)") }
        return read.filled(from: defaults)
    }

    private func messages(of fields: RowFields, at row: Field, _ errors: inout [FieldError]) -> [Message]? {
        if let messages = fields.messages { return messages }
        if let input = fields.input, !usesInput { return [.user(input)] }
        guard let prompt else {
            // A mistyped prompt has been reported where it stands.
            if row["input"] == nil, row["messages"] == nil {
                errors.append(row.error("no prompt: expected \"input\" or \"messages\""))
            }
            return nil
        }
        if fields.input != nil, fields.vars["input"] != nil {
            errors.append(row.error("\"input\" conflicts with the variable of that name in \"vars\""))
        }
        let renderer = TextRenderer(variables: withInput(fields.vars, of: row))
        switch prompt {
        case .text(let text): return renderer.render(text, at: row, &errors).map { [.user($0)] }
        case .messages(let messages): return renderer.render(messages, at: row, &errors)
        }
    }

    /// Refuses a prompt that asks nothing: it would be paid for and graded all the same.
    private func checkPrompt(_ messages: [Message], at row: Field, _ errors: inout [FieldError]) {
        let given = usesInput ? nil : row["messages"] ?? row["input"]
        let items = given?.value.array
        for (index, message) in messages.enumerated() where message.role == .user || message.parts.isEmpty {
            guard message.parts.allSatisfy(\.isBlankText) else { continue }
            let content = given.map { Field($0.value, path: $0.path + [.index(index), .key("content")]) }
            let place = items == nil ? given ?? row["input"] ?? row : content ?? row
            errors.append(place.error("the \(message.role.rawValue)'s text is empty: there is nothing to ask"))
        }
        guard !messages.contains(where: { $0.role == .user || $0.role == .tool }) else { return }
        errors.append((given ?? row).error("no message of the user: there is nothing to ask"))
    }

    /// The header's prompt takes a row's `input` as a variable instead of giving way to it.
    private var usesInput: Bool {
        prompt?.texts.contains { (try? PromptTemplate($0))?.variables.contains("input") ?? false } ?? false
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

extension MessagePart {
    fileprivate var isBlankText: Bool {
        if case .text(let text) = self { return text.isBlank }
        return false
    }
}
