public import BenchReports
public import DirGenAPI

/// An unusable input of the user: a code with its facts. Names no command.
public struct InputError: Error, Sendable, Hashable {
    /// Stable words.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case invalidInput = "invalid_input"
        case noProvider = "no_provider"
        case unknownModel = "unknown_model"
        case unknownRun = "unknown_run"
        /// A model without a price, where a budget is to be kept.
        case unpriced
    }
    public var code: Code
    public var message: String
    /// A hint that follows from the facts; `nil` when there is none.
    public var advice: String?

    public init(_ code: Code = .invalidInput, _ message: String, advice: String? = nil) {
        self.code = code
        self.message = message
        self.advice = advice
    }

    public init(_ message: String, advice: String? = nil) { self.init(.invalidInput, message, advice: advice) }
}

/// The error when none of the providers asked for can be used: exit code 5.
public struct ProviderUnusable: Error, Sendable, Hashable {
    /// One line per model: which, the class of failure, what would help.
    public var problems: [String]
}

extension InputError: CodedError {
    public var errorCode: ErrorCode {
        switch code {
        case .invalidInput: .invalidInput
        case .noProvider: .noProvider
        case .unknownModel: .unknownModel
        case .unknownRun: .unknownRun
        case .unpriced: .unpriced
        }
    }
    public var errorMessage: String { message }
    public var errorAdvice: String? { advice }
}

extension ProviderUnusable: CodedError {
    public var errorCode: ErrorCode { .providerUnusable }
    public var errorMessage: String { "cannot be used: " + problems.joined(separator: "; ") }
}

extension ReportFileError: CodedError {
    public var errorCode: ErrorCode { .report }
    public var errorMessage: String { description }
}
