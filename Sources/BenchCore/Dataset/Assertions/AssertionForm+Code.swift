import LLMCore

extension AssertionForm {
    private enum Language: String, CaseIterable {
        case python, swift, javascript, shell
    }
    private enum CodeMode: String, CaseIterable {
        case program, completion, patch
    }

    /// A program that is run: against `tests`, or with `stdin` against the expected `stdout`.
    static let code = AssertionForm([
        "language", "tests", "entry_point", "prefix", "files", "mode", "stdin", "stdout", "timeout_s",
    ]) { field, assertion, errors in
        _ = field.needed("language", of: .code, &errors)?.word(&errors, of: Language.self)
        let mode = field["mode"].map { $0.word(&errors, of: CodeMode.self) } ?? .program
        for key in ["tests", "entry_point"] { _ = field[key]?.name(&errors) }
        for key in ["prefix", "stdin", "stdout"] { _ = field[key]?.string(&errors) }
        _ = field["timeout_s"]?.number(&errors, "seconds above 0, at most 120") { $0 > 0 && $0 <= 120 }
        checkFiles(field["files"], &errors)
        if (field["tests"] == nil) == (field["stdout"] == nil) {
            errors.append(field.error("code needs \"tests\" or \"stdout\", and not both"))
        }
        if let stdin = field["stdin"], field["stdout"] == nil {
            errors.append(stdin.error("goes with \"stdout\""))
        }
        if mode == .completion, field["prefix"] == nil {
            errors.append(field.error("a completion needs a \"prefix\": what the answer completes"))
        }
        if mode == .patch, field["files"]?.value.object?.isEmpty ?? true {
            errors.append(field.error("a patch needs \"files\": what the answer changes"))
        }
    }

    /// Texts by their names: relative, within the directory.
    private static func checkFiles(_ field: Field?, _ errors: inout [FieldError]) {
        guard let field, let files = field.object(&errors) else { return }
        for file in files {
            let place = Field(file.value, path: field.path + [.key(file.key)])
            _ = place.string(&errors)
            let steps = file.key.split(separator: "/", omittingEmptySubsequences: false)
            let isPlain = steps.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && !file.key.hasControlCharacter
            if !isPlain { errors.append(place.error("a file's name is a relative path without \".\" and \"..\"")) }
        }
    }
}
