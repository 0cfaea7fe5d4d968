import LLMCore

/// The checks of the answer's form as a whole: JSON, and the language it is in.
enum ShapeChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "detectable_format:json_format": InstructionCatalog.plain { text in
            var body = text.trimmed
            for fence in ["```json", "```Json", "```JSON", "```"] where body.starts(with: fence.unicodeScalars) {
                body = ScalarText(body.dropFirst(fence.unicodeScalars.count))
                break
            }
            if body.suffix(3).elementsEqual("```".unicodeScalars) { body.removeLast(3) }
            return (try? JSONValue.parse(body.trimmed.string)) != nil
        },
        "language:response_language": { arguments throws(Instruction.Fault) in
            let code = try arguments.text("language").string
            guard Language.known.contains(code) else {
                throw Instruction.Fault(
                    message: "the language '\(code)' is not one of \(Language.known.joined(separator: ", "))")
            }
            // As in the original, a text without letters follows any.
            return { text in Language.guess(of: text).map { $0 == code } ?? true }
        },
    ]
}
