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
            builder.defaults = RowFields(Field(.object(JSONObject(allowed)), path: defaults.path), &errors)
        }
        if let task = row["task"]?.name(&errors) { builder.fallbackTask = TaskType(task) }
        readPrompt(row["prompt"], &errors)
    }

    private mutating func readPrompt(_ field: Field?, _ errors: inout [FieldError]) {
        guard let field else { return }
        switch field.value {
        case .string(let text): builder.prompt = .text(text)
        case .array: builder.prompt = MessageCoding.decode(field, &errors).map { .messages($0) }
        default: _ = field.array(&errors, "a string or an array of messages")
        }
        guard builder.defaults.template != false else { return }
        let texts: [String] =
            switch builder.prompt {
            case .text(let text): [text]
            case .messages(let messages): messages.map(\.text)
            case nil: []
            }
        for text in texts {
            do throws(PromptTemplate.Failure) {
                _ = try PromptTemplate(text)
            } catch {
                errors.append(field.error(error.message))
            }
        }
    }
}
