/// The grades of every reference and known-bad answer of some datasets: the document of `datasets validate`.
public struct DatasetValidationDocument: Document {
    /// A file, with everything that is wrong with its rows.
    public struct File: Document {
        public var file: String
        public var cases: Int
        /// One line each, as `file:line:column: message`.
        public var errors: [String]
        public var warnings: [String]
        public init(file: String, cases: Int, errors: [String], warnings: [String]) {
            self.file = file
            self.cases = cases
            self.errors = errors
            self.warnings = warnings
        }
    }

    public enum Answer: String, Document {
        case reference
        case badAnswer = "bad_answer"
    }

    /// An answer whose grade is not what it should be, or is not known.
    public struct Finding: Document {
        public var file: String
        public var line: Int
        public var caseID: String
        public var answer: Answer
        /// The place among the row's known-bad answers, from 0; `nil` for the reference.
        public var index: Int?
        /// The answer's beginning.
        public var text: String
        public var score: Double?
        /// The findings of the row's assertions, as `type: reason`.
        public var reasons: [String]

        public init(
            file: String, line: Int, caseID: String, answer: Answer, index: Int?, text: String, score: Double?,
            reasons: [String]
        ) {
            self.file = file
            self.line = line
            self.caseID = caseID
            self.answer = answer
            self.index = index
            self.text = text
            self.score = score
            self.reasons = reasons
        }

        private enum CodingKeys: String, CodingKey {
            case file, line
            case caseID = "case"
            case answer, index, text, score, reasons
        }
    }

    public var cases = 0
    public var references = 0
    public var referencesPass = 0
    public var referencesUnscored = 0
    public var badAnswers = 0
    public var badAnswersFail = 0
    public var badAnswersUnscored = 0
    /// True when nothing is wrong, as far as it is known.
    public var valid = true
    public var files: [File] = []
    /// References that fail and known-bad answers that pass.
    public var failures: [Finding] = []
    /// Answers that could not be graded here.
    public var unscored: [Finding] = []

    public init() {}

    private enum CodingKeys: String, CodingKey {
        case cases, references
        case referencesPass = "references_pass"
        case referencesUnscored = "references_unscored"
        case badAnswers = "bad_answers"
        case badAnswersFail = "bad_answers_fail"
        case badAnswersUnscored = "bad_answers_unscored"
        case valid, files, failures, unscored
    }
}
