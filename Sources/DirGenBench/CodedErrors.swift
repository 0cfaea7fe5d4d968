public import BenchReports
public import DirGenAPI

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
