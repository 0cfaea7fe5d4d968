package import LLMCore

/// One checkable instruction of IFEval (Zhou and others, 2023) or IFBench (Pyatkin and others, 2025): its name and its arguments.
///
/// Re-made in Swift from what the originals check. Weaker than they are where they use trained data: sentences (Punkt's table
/// of abbreviations), parts of speech, a dictionary of syllables, and language identification are approximated.
package struct Instruction: Sendable {
    /// Strict takes the answer as it is. Loose takes it also without its first or last line, and without asterisks.
    package enum Mode: String, Sendable, CaseIterable {
        case strict, loose
    }

    /// An instruction that cannot be checked.
    package struct Fault: Error, Hashable, Sendable {
        package var message: String
    }

    /// As the sets write it: `format:title_case`.
    package let id: String
    private let check: InstructionCheck

    /// - Throws: ``Fault`` for an unknown instruction, and for an argument that is missing or of another type.
    package init(id: String, arguments: JSONObject) throws(Fault) {
        guard let maker = InstructionCatalog.makers[id] else {
            throw Fault(message: "unknown instruction '\(id)'")
        }
        self.id = id
        do throws(Fault) {
            check = try maker(InstructionArguments(arguments))
        } catch {
            throw Fault(message: "\(id): \(error.message)")
        }
    }

    /// The names of all instructions that can be checked, sorted.
    package static var known: [String] { InstructionCatalog.makers.keys.sorted() }

    /// Returns `true` when the answer follows the instruction. An empty answer follows none.
    package func isFollowed(by answer: String, mode: Mode) -> Bool {
        let text = ScalarText(answer)
        switch mode {
        case .strict: return isFollowed(by: text)
        case .loose: return Instruction.variants(of: text).contains { isFollowed(by: $0) }
        }
    }

    private func isFollowed(by text: ScalarText) -> Bool { !text.isBlank && check(text) }

    /// The answer, without its first line, its last, both; each also without asterisks.
    private static func variants(of text: ScalarText) -> [ScalarText] {
        let lines = text.lines
        let parts = [lines.dropFirst(), lines.dropLast(), lines.dropFirst().dropLast()]
        let cut = parts.map { ScalarText($0.joined(separator: ["\n"])).trimmed }
        return ([text] + cut).flatMap { [$0, $0.filter { $0 != "*" }] }
    }
}

/// The test of one instruction, its arguments applied.
typealias InstructionCheck = @Sendable (ScalarText) -> Bool

/// All instructions, by name.
enum InstructionCatalog {
    typealias Maker = @Sendable (InstructionArguments) throws(Instruction.Fault) -> InstructionCheck

    static let makers: [String: Maker] =
        [
            KeywordChecks.makers, CountChecks.makers, RatioChecks.makers, SentenceChecks.makers, WordChecks.makers,
            LayoutChecks.makers, MarkChecks.makers, RepeatChecks.makers, ListChecks.makers, TableChecks.makers,
            ShapeChecks.makers, CaseChecks.makers,
        ].reduce(into: [:]) { all, part in all.merge(part) { first, _ in first } }
}
