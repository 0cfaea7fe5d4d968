import ArgumentParser
import DirGenAPI
import DirGenBench
import LLMCore

/// The command `datasets`: checks, describes and converts files of cases. Asks no model.
struct DatasetsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets", abstract: "Check, describe, generate, sample and convert datasets.",
        subcommands: [
            Validate.self, Stats.self, DatasetsGenerateCommand.self, Sample.self, Convert.self,
        ])
}

extension DatasetsCommand {
    struct Validate: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read datasets, and grade each row's reference and known-bad answers.",
            discussion: """
                A reference must pass its row, and each of the row's bad_answers must fail it. All errors are printed at once. \
                Exit code 2 where something does not hold, 3 where some answers could not be graded here (no sandbox, no judge).
                """)
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Files to check.", transform: TextArgument.file) var files: [String]
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let document = try await DatasetValidation().validate(files)
            switch options.format {
            case .json: try console.json(document)
            case .text: console.data(document.page)
            }
            if !document.valid { throw ExitCode(ErrorCode.Exit.usage.rawValue) }
            if !document.unscored.isEmpty { throw ExitCode(ErrorCode.Exit.inconclusive.rawValue) }
        }
    }
}

extension DatasetValidationDocument {
    fileprivate var page: String {
        var lines = files.flatMap { $0.errors + $0.warnings.map { "warning: \($0)" } }
        lines += failures.map { $0.line(answerWords: $0.answer == .reference ? "fails" : "passes") }
        lines += unscored.map { $0.line(answerWords: "could not be graded") }
        lines.append("cases \(cases)")
        lines.append("references that pass \(referencesPass) of \(references)")
        lines.append("bad answers that fail \(badAnswersFail) of \(badAnswers)")
        if !unscored.isEmpty { lines.append("not graded here \(unscored.count)") }
        return lines.joined(separator: "\n")
    }
}

extension DatasetValidationDocument.Finding {
    fileprivate func line(answerWords: String) -> String {
        let which = index.map { "bad answer \($0 + 1)" } ?? "the reference"
        return "\(file):\(line): \(caseID): \(which) \(answerWords): \(reasons.joined(separator: "; ")) (\(text))"
    }
}
