import BenchCore
import BenchGraders
import LLMCore

/// The rows that a stored run is graded by: its own, or with the assertions and the target of a file's rows of the same ids.
struct RegradedRows: Sendable {
    /// In the order of the run.
    let all: [BenchCase]
    /// Those that differ from the run's.
    let changed: [BenchCase]
    /// Rows of the file that the run has no case for, and cases of the run that the file has no row for.
    let unmatched: Int
    let untouched: Int
    /// The judge whose verdicts the run has.
    let earlierJudge: ModelID?
    private let places: [String: Int]
    private let stored: [BenchCase]

    /// - Throws: ``InputError`` when a row of the file asks something else than the run did, or none is the run's.
    init(stored: [BenchCase], file: Dataset?, run: RunRecord) throws(InputError) {
        self.stored = stored
        let places = Dictionary(stored.enumerated().map { ($1.id, $0) }) { first, _ in first }
        self.places = places
        earlierJudge = run.judge
        guard let file else {
            (all, changed, unmatched, untouched) = (stored, [], 0, 0)
            return
        }
        let rows = Dictionary(file.cases.map { ($0.id, $0) }) { first, _ in first }
        let asked = stored.filter { row in rows[row.id].map { $0.messages != row.messages } ?? false }
        guard asked.isEmpty else { throw RegradedRows.otherQuestions(asked, in: file) }
        all = stored.map { row in rows[row.id].map { row.graded(like: $0) } ?? row }
        changed = zip(stored, all).filter { $0 != $1 }.map(\.1)
        untouched = stored.count { rows[$0.id] == nil }
        unmatched = file.cases.count { places[$0.id] == nil }
        guard untouched < stored.count else {
            throw InputError("\(file.path): none of its rows has the id of a case of run \(run.id)")
        }
    }

    subscript(_ id: String) -> BenchCase? { places[id].map { all[$0] } }

    /// The row as the run had it.
    func earlier(_ id: String) -> BenchCase? { places[id].map { stored[$0] } }

    /// A judge model has a part in some grade.
    var areJudged: Bool { all.contains { $0.needsJudge } }

    private static func otherQuestions(_ cases: [BenchCase], in file: Dataset) -> InputError {
        let names = cases.prefix(5).map(\.id).joined(separator: ", ")
        let more = cases.count > 5 ? " and \(cases.count - 5) more" : ""
        return InputError(
            "\(file.path) asks something else than the run did in \(names)\(more): the stored answers are to other questions",
            advice: "run the dataset again, or give those rows other ids")
    }
}

extension BenchCase {
    /// This case, graded as another row of the same id says.
    fileprivate func graded(like row: BenchCase) -> BenchCase {
        var graded = self
        graded.assertions = row.assertions
        graded.target = row.target
        graded.reference = row.reference
        graded.badAnswers = row.badAnswers
        graded.threshold = row.threshold
        guard graded != self else { return self }
        graded.hash = graded.contentHash
        return graded
    }
}

/// The evaluator that gives again what judges found before, their verdicts on assertions that have not changed, where no judge is given
/// to find another.
struct KeptVerdicts: AssertionEvaluator {
    let kinds = Assertion.Kind.judged
    private let verdicts: [Int: Verdict]
    private let assertions: [Assertion]
    /// The judges that are given, and the evaluators that ask them.
    var panel = JudgePanel()
    var judges: [any AssertionEvaluator] = []

    /// - Parameter assertions: Those that the verdicts are on.
    init(_ verdicts: [Verdict], of assertions: [Assertion]) {
        self.verdicts = Dictionary(verdicts.map { ($0.index, $0) }) { first, _ in first }
        self.assertions = assertions
    }

    func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding {
        if panel.decides(assertion), let judge = judges.first(where: { $0.kinds.contains(assertion.kind) }) {
            return await judge.judge(assertion, of: benchCase, answer)
        }
        let place = assertions.firstIndex(of: assertion)
        guard let verdict = place.flatMap({ verdicts[$0] }), let score = verdict.score, verdict.result != .unscored
        else { return .unscored("no judge was given to decide it") }
        let holds = (verdict.result == .passed) != assertion.negated
        return .scored(assertion.negated ? 1 - score : score, passes: holds, verdict.reason)
    }
}
