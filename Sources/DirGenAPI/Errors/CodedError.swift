public import BenchCore
public import LLMCore

/// An error of a library with its code and its facts in words. Names no command.
public protocol CodedError: Error {
    var errorCode: ErrorCode { get }
    var errorMessage: String { get }
    /// A hint that follows from the facts; `nil` when there is none.
    var errorAdvice: String? { get }
}

extension CodedError {
    public var errorAdvice: String? { nil }
    public var errorDocument: ErrorDocument {
        ErrorDocument(code: errorCode, message: errorMessage, advice: errorAdvice)
    }
}

/// An error as programs read it.
public struct ErrorDocument: Document {
    public var code: ErrorCode
    public var message: String
    public var advice: String?

    public init(code: ErrorCode, message: String, advice: String? = nil) {
        self.code = code
        self.message = message
        self.advice = advice
    }
}

extension StoreError: CodedError {
    public var errorCode: ErrorCode { code == .unknownRun ? .unknownRun : .store(code) }
    public var errorMessage: String { message }
    public var errorAdvice: String? { advice }
}

extension BudgetExhausted: CodedError {
    public var errorCode: ErrorCode { .budgetExhausted }
    public var errorMessage: String {
        let needed = needed.map { ", and the next call may cost \($0) USD" } ?? ""
        return "the budget of \(limit) USD is spent: \(spent) USD used\(needed)"
    }
}

extension LocalModelError: CodedError {
    public var errorCode: ErrorCode { .localModel(reason) }
    public var errorMessage: String { description }
    public var errorAdvice: String? { hint }
}

extension AccessRefusal: CodedError {
    public var errorCode: ErrorCode { .access(code) }
    public var errorMessage: String { message }
}

extension VirtualKeyError: CodedError {
    public var errorCode: ErrorCode { .virtualKey(reason) }
    public var errorMessage: String { message }
}

extension DatasetErrors: CodedError {
    public var errorCode: ErrorCode { .dataset }
    public var errorMessage: String { description }
}

extension AmbiguousRun: CodedError {
    package var errorCode: ErrorCode { .ambiguousRun }
    package var errorMessage: String { description }
}
