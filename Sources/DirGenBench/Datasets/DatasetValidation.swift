package import BenchCore
import BenchFormats
import BenchGraders
package import DirGenAPI
import LLMCore

/// A check of datasets: every row is read, every reference must pass its row, every known-bad answer must fail it.
package struct DatasetValidation: Sendable {
    private let grader: EvaluatingGrader
    /// Rows graded at once: some run programs.
    private let width: Int

    package init(grader: EvaluatingGrader = Evaluators.grader(), width: Int = 4) {
        self.grader = grader
        self.width = width
    }

    /// Reads and grades files.
    ///
    /// - Throws: `CancellationError`.
    package func validate(_ paths: [String]) async throws -> DatasetValidationDocument {
        var examinations: [DatasetExamination] = []
        for path in paths {
            examinations.append(DatasetFile.examine(path: path))
            try Task.checkCancellation()
        }
        return try await validate(examinations)
    }

    package func validate(_ examinations: [DatasetExamination]) async throws -> DatasetValidationDocument {
        var document = DatasetValidationDocument()
        for examination in examinations {
            document.add(examination)
            for graded in await grade(examination.cases) { document.add(graded, file: examination.path) }
            try Task.checkCancellation()
        }
        document.valid = document.failures.isEmpty && document.files.allSatisfy(\.errors.isEmpty)
        return document
    }

    /// In the order of the rows, a few at once.
    private func grade(_ cases: [BenchCase]) async -> [GradedRow] {
        let slots = Slots(width)
        return await withTaskGroup(of: (Int, GradedRow).self) { group in
            for (place, row) in cases.enumerated() {
                group.addTask { (place, await slots.use { await grade(row) }) }
            }
            var rows: [Int: GradedRow] = [:]
            for await (place, row) in group { rows[place] = row }
            return cases.indices.compactMap { rows[$0] }
        }
    }

    private func grade(_ row: BenchCase) async -> GradedRow {
        var graded = GradedRow(row: row)
        if let reference = row.reference {
            graded.reference = await grader.grade(row, GradedAnswer(text: reference))
        }
        for answer in row.badAnswers {
            // An empty answer is never graded by its assertions: it scores 0.
            let grade =
                answer.isBlank
                ? Grade(verdicts: [], score: 0, passed: false) : await grader.grade(row, GradedAnswer(text: answer))
            graded.badAnswers.append(grade)
        }
        return graded
    }
}

/// A row with the grades of its own answers.
private struct GradedRow: Sendable {
    let row: BenchCase
    var reference: Grade?
    var badAnswers: [Grade] = []
}

extension DatasetValidationDocument {
    fileprivate mutating func add(_ examination: DatasetExamination) {
        cases += examination.cases.count
        var errors = examination.errors.errors.map(\.description)
        if examination.errors.total > errors.count {
            errors.append("and \(examination.errors.total - errors.count) more errors")
        }
        files.append(
            File(
                file: examination.path, cases: examination.cases.count, errors: errors, warnings: examination.warnings))
    }

    fileprivate mutating func add(_ graded: GradedRow, file: String) {
        if let grade = graded.reference, let text = graded.row.reference {
            references += 1
            let finding = Finding(grade, of: .reference, nil, text, graded.row, file)
            switch DatasetValidationDocument.passed(grade, graded.row) {
            case true: referencesPass += 1
            case false: failures.append(finding)
            case nil:
                referencesUnscored += 1
                unscored.append(finding)
            }
        }
        for (index, (grade, text)) in zip(graded.badAnswers, graded.row.badAnswers).enumerated() {
            badAnswers += 1
            let finding = Finding(grade, of: .badAnswer, index, text, graded.row, file)
            switch grade.passed {
            case false: badAnswersFail += 1
            case true: failures.append(finding)
            case nil where grade.isLeftToMeasurements:
                // All that is said of the text holds: only a measurement could refuse it.
                failures.append(finding)
            case nil:
                badAnswersUnscored += 1
                unscored.append(finding)
            }
        }
    }

    /// A reference passes when only measurements are open: nothing was measured.
    private static func passed(_ grade: Grade, _ row: BenchCase) -> Bool? {
        grade.passed ?? (grade.isLeftToMeasurements ? true : nil)
    }
}

extension Grade {
    /// True when it is open whether it passes, and no verdict is missing but those on the call.
    fileprivate var isLeftToMeasurements: Bool { passed == nil && !graderError }
}

extension DatasetValidationDocument.Finding {
    fileprivate init(
        _ grade: Grade, of answer: DatasetValidationDocument.Answer, _ index: Int?, _ text: String, _ row: BenchCase,
        _ file: String
    ) {
        let told =
            switch grade.passed {
            case false: grade.verdicts.filter { $0.result == .failed }
            case true: grade.verdicts
            case nil: grade.verdicts.filter { $0.result == .unscored }
            }
        self.init(
            file: file, line: row.line, caseID: row.id, answer: answer, index: index, text: text.shown(limit: 120),
            score: grade.score, reasons: told.map { "\($0.type): \($0.reason)" })
    }
}
