/// The checks of capital and small letters throughout.
enum CaseChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "change_case:english_capital": InstructionCatalog.plain { text in text.isUppercase && isEnglish(text) },
        "change_case:english_lowercase": InstructionCatalog.plain { text in text.isLowercase && isEnglish(text) },
    ]

    private static func isEnglish(_ text: ScalarText) -> Bool { Language.guess(of: text).map { $0 == "en" } ?? true }
}
