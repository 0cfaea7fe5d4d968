import LLMCore

/// A text with `{{variable}}` places. What is put in is never looked at again, so a value cannot inject a variable.
///
/// `{{raw}} … {{/raw}}` keeps its inside as it stands: for prompts that hold code with double braces.
struct PromptTemplate {
    struct Failure: Error {
        var message: String
    }

    private enum Piece {
        case text(Substring)
        case variable(Substring)
    }
    private let pieces: [Piece]

    init(_ text: String) throws(Failure) {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let open = rest.utf8Range(of: "{{") {
            pieces.append(.text(rest[..<open.lowerBound]))
            let inside = rest[open.upperBound...]
            guard let close = inside.utf8Range(of: "}}") else { throw Failure(message: PromptTemplate.unclosed) }
            let name = inside[..<close.lowerBound].trimmingSpaces
            rest = inside[close.upperBound...]
            guard name == "raw" else {
                guard PromptTemplate.isName(name) else { throw PromptTemplate.notAName(name) }
                pieces.append(.variable(name))
                continue
            }
            guard let end = rest.utf8Range(of: "{{/raw}}") else { throw Failure(message: "{{raw}} has no {{/raw}}") }
            pieces.append(.text(rest[..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        pieces.append(.text(rest))
        self.pieces = pieces
    }

    /// The names the text asks for.
    var variables: Set<String> {
        Set(pieces.compactMap { if case .variable(let name) = $0 { String(name) } else { nil } })
    }

    /// The variable that is the whole text, white space aside; `nil` where there is anything else.
    var onlyVariable: String? {
        let others = pieces.filter { piece in
            if case .text(let text) = piece { !text.allSatisfy(\.isWhitespace) } else { true }
        }
        guard others.count == 1, case .variable(let name) = others[0] else { return nil }
        return String(name)
    }

    /// True for a text that has anything to render. On bytes, as the template itself is read.
    static func isNeeded(for text: String) -> Bool { Substring(text).utf8Range(of: "{{") != nil }

    /// The text with every variable in its place; every missing one is named.
    func render(_ variables: JSONObject) throws(Failure) -> String {
        var out = ""
        var missing: [String] = []
        for piece in pieces {
            switch piece {
            case .text(let text): out += text
            case .variable(let name):
                if let value = variables[String(name)] {
                    out += PromptTemplate.text(of: value)
                } else if !missing.contains(String(name)) {
                    missing.append(String(name))
                }
            }
        }
        guard missing.isEmpty else { throw PromptTemplate.undefined(missing, defined: variables.keys) }
        return out
    }

    private static func text(of value: JSONValue) -> String {
        if case .string(let text) = value { text } else { value.text }
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic || first == "_" else { return false }
        return text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-" || $0 == "."
        }
    }

    private static let remedy = "write it inside {{raw}} … {{/raw}}, or give the row \"template\": false"
    private static let unclosed = "\"{{\" without \"}}\"; if no variable is meant, \(remedy)"

    private static func notAName(_ text: Substring) -> Failure {
        Failure(message: "\(String(text).shown(limit: 30)) in {{ }} is not the name of a variable; \(remedy)")
    }
    private static func undefined(_ names: [String], defined: [String]) -> Failure {
        let names = names.map { "{{\($0)}}" }.joined(separator: ", ")
        let known = defined.isEmpty ? "none" : defined.joined(separator: ", ")
        return Failure(
            message: "\(names) is not defined (variables of this row: \(known)); if no variable is meant, \(remedy)")
    }
}

extension Substring {
    // On bytes, because a combining mark after a brace would make it another Character.
    fileprivate func utf8Range(of text: StaticString) -> Range<Index>? {
        let needle = Array(String(describing: text).utf8)
        var start = utf8.startIndex
        while let first = utf8[start...].firstIndex(of: needle[0]) {
            if utf8[first...].starts(with: needle) { return first..<utf8.index(first, offsetBy: needle.count) }
            start = utf8.index(after: first)
        }
        return nil
    }

    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

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
                TextRenderer.isData(key, of: kind, member.value) ? data(member, &errors) : render(member, &errors)
            }
        }
    }

    /// True for a member that is JSON rather than a text or a list of texts.
    private static func isData(_ key: String, of kind: Assertion.Kind?, _ value: JSONValue) -> Bool {
        switch (key, kind) {
        case ("response_schema", _), ("value", .isJSON), ("value", .containsJSON), ("schema", .jsonPath): true
        case ("value", .numeric), ("tolerance", .numeric), ("relative", .numeric), ("rows", .sql), (_, .plan): true
        case ("value", .wordCount), ("value", .sentenceCount), ("value", .characterCount): true
        // A text is compared as text; within an object or an array a number is a number.
        case ("value", .equals), ("value", .jsonPath): value.string == nil
        default: false
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
        case .file, .native, .unknown: return self
        }
    }
}
