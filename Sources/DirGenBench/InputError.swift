package import BenchReports
package import DirGenAPI

/// An unusable input of the user: a code with its facts. Names no command.
package struct InputError: Error, Sendable, Hashable {
    /// Stable words.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case invalidInput = "invalid_input"
        case noProvider = "no_provider"
        case unknownModel = "unknown_model"
        case unknownRun = "unknown_run"
        case unknownTable = "unknown_table"
        case unknownDataset = "unknown_dataset"
        /// The run is complete, with no case left to ask.
        case completeRun = "complete_run"
        /// New answers of the run could not be compared with its old ones.
        case incomparableRun = "incomparable_run"
        /// A model without a price, where a budget is to be kept.
        case unpriced
        /// A judge outside a run without a price: its budget is always kept.
        case unpricedJudge = "unpriced_judge"
    }
    package var code: Code
    package var message: String
    /// A hint that follows from the facts; `nil` when there is none.
    package var advice: String?

    package init(_ code: Code = .invalidInput, _ message: String, advice: String? = nil) {
        self.code = code
        self.message = message
        self.advice = advice
    }

    package init(_ message: String, advice: String? = nil) { self.init(.invalidInput, message, advice: advice) }
}

/// The error when none of the providers asked for can be used: exit code 5.
package struct ProviderUnusable: Error, Sendable, Hashable {
    /// One line per model: which, the class of failure, what would help.
    package var problems: [String]
}

extension InputError: CodedError {
    package var errorCode: ErrorCode {
        switch code {
        case .invalidInput, .completeRun, .incomparableRun: .invalidInput
        case .noProvider: .noProvider
        case .unknownModel: .unknownModel
        case .unknownRun: .unknownRun
        case .unknownTable: .unknownTable
        case .unknownDataset: .unknownDataset
        case .unpriced, .unpricedJudge: .unpriced
        }
    }
    package var errorMessage: String { message }
    package var errorAdvice: String? { advice }
}

extension ProviderUnusable: CodedError {
    package var errorCode: ErrorCode { .providerUnusable }
    package var errorMessage: String { "cannot be used: " + problems.joined(separator: "; ") }
}

extension ReportFileError: CodedError {
    package var errorCode: ErrorCode { .report }
    package var errorMessage: String { description }
}
