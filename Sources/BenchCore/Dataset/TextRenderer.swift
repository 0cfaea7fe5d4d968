import LLMCore

/// A renderer that puts a row's variables into every text of a JSON value: array items, member values and member names.
struct TextRenderer {
    let variables: JSONObject

    /// True for a value that holds `{{` in any text: most hold none, and are not copied.
    static func isNeeded(for value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .number: false
        case .string(let text): PromptTemplate.isNeeded(for: text)
        case .array(let items): items.contains(where: isNeeded)
        case .object(let object):
            object.contains { PromptTemplate.isNeeded(for: $0.key) || isNeeded(for: $0.value) }
        }
    }

    /// The field's value with its variables in their places. What cannot be rendered is reported where it stands.
    func render(_ field: Field, _ errors: inout [FieldError]) -> JSONValue {
        switch field.value {
        case .null, .bool, .number: return field.value
        case .string(let text): return render(text, at: field, &errors).map(JSONValue.string) ?? field.value
        case .array: return .array((field.array(&errors) ?? []).map { render($0, &errors) })
        case .object(let object):
            let kind = object["type"]?.string.flatMap { Assertion.kind(ofType: $0)?.kind }
            return members(of: field, &errors) { key, member, errors in
                let isData =
                    switch (key, kind) {
                    case ("response_schema", _), ("value", .isJSON), ("value", .containsJSON): true
                    // A text is compared as text; within an object or an array a number is a number.
                    case ("value", .equals): member.value.string == nil
                    default: false
                    }
                return isData ? data(member, &errors) : render(member, &errors)
            }
        }
    }

    /// A schema or an expected JSON value: a text that is one variable and nothing else becomes the variable's value, so
    /// that `"maximum": "{{most}}"` is a number where `most` is one.
    private func data(_ field: Field, _ errors: inout [FieldError]) -> JSONValue {
        switch field.value {
        case .null, .bool, .number: return field.value
        case .string(let text):
            if let name = (try? PromptTemplate(text))?.onlyVariable, let value = variables[name] { return value }
            return render(field, &errors)
        case .array: return .array((field.array(&errors) ?? []).map { data($0, &errors) })
        case .object: return members(of: field, &errors) { _, member, errors in data(member, &errors) }
        }
    }

    private func members(
        of field: Field, _ errors: inout [FieldError],
        rendered: (String, Field, inout [FieldError]) -> JSONValue
    ) -> JSONValue {
        var result = JSONObject()
        for member in field.value.object ?? JSONObject() {
            let inner = Field(member.value, path: field.path + [.key(member.key)])
            let key = render(member.key, at: inner, &errors) ?? member.key
            if result[key] != nil { errors.append(inner.error("two members are called \(key.shown(limit: 40))")) }
            result[key] = rendered(key, inner, &errors)
        }
        return .object(result)
    }

    func render(_ text: String, at place: Field, _ errors: inout [FieldError]) -> String? {
        guard PromptTemplate.isNeeded(for: text) else { return text }
        do throws(PromptTemplate.Failure) {
            return try PromptTemplate(text).render(variables)
        } catch {
            errors.append(place.error(error.message))
            return nil
        }
    }

    /// The messages with every text of every part rendered.
    func render(_ messages: [Message], at place: Field, _ errors: inout [FieldError]) -> [Message]? {
        let before = errors.count
        let rendered = messages.map { message in
            var message = message
            message.parts = message.parts.map { part in part.mappingTexts { render($0, at: place, &errors) ?? $0 } }
            return message
        }
        return errors.count == before ? rendered : nil
    }
}

extension MessagePart {
    /// The part with each of its texts replaced by what `transform` makes of it.
    func mappingTexts(_ transform: (String) -> String) -> MessagePart {
        switch self {
        case .text(let text): return .text(transform(text))
        case .thinking(let text, let signature): return .thinking(text: transform(text), signature: signature)
        case .image(let image):
            guard case .url(let url) = image.source else { return self }
            return .image(ImagePart(source: .url(transform(url))))
        case .toolCall(let call):
            return .toolCall(
                ToolCall(id: transform(call.id), name: transform(call.name), arguments: transform(call.arguments)))
        case .toolResult(let result):
            return .toolResult(
                ToolResult(
                    callID: transform(result.callID), name: result.name.map(transform),
                    content: transform(result.content), isError: result.isError))
        case .native, .unknown: return self
        }
    }
}
