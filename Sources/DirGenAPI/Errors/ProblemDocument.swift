import LLMCore

/// An error as a server answers it: problem details for HTTP APIs (RFC 9457), with our code and advice.
public struct ProblemDocument: Document {
    /// A URI reference that names the kind of problem: `about:blank#CODE` until there is a page to read.
    public var type: String
    /// The kind in words, the same for all of its kind.
    public var title: String
    /// Of the response.
    public var status: Int
    /// This occurrence in words.
    public var detail: String
    public var code: ErrorCode
    public var advice: String?

    private enum CodingKeys: String, CodingKey { case type, title, status, detail, code, advice }

    public init(_ error: ErrorDocument, status: Int? = nil) {
        type = "about:blank#\(error.code.word)"
        title = error.code.word.replacing("_", with: " ").replacing(".", with: ": ")
        self.status = status ?? error.code.httpStatus
        detail = error.message
        code = error.code
        advice = error.advice
    }
}

extension ErrorCode {
    /// The status of a response with this error.
    public var httpStatus: Int {
        switch self {
        case .invalidInput, .configuration, .dataset, .unpriced: 400
        case .unknownModel, .unknownRun, .unknownTable, .unknownCall, .unknownProvider, .unknownKey, .unknownDataset:
            404
        case .runsNotOffered, .costNotAllowed: 403
        case .ambiguousRun, .runUnderWay, .runEnded: 409
        case .noProvider, .providerUnusable: 503
        case .budgetExhausted: 429
        case .report: 500
        case .cancelled: 499
        case .access(let code):
            switch code {
            case .keyMissing, .keyUnknown, .keyRevoked, .keyExpired: 401
            case .adminNeeded, .modelNotAllowed: 403
            case .rateLimited, .insufficientQuota: 429
            case .costUnknown: 400
            case .unavailable: 503
            }
        case .virtualKey(let reason):
            switch reason {
            case .invalid: 400
            case .nameTaken: 409
            case .unknown: 404
            }
        case .store(let code):
            switch code {
            case .notFound: 404
            case .ambiguousCall, .unfinishedRun: 409
            case .locked: 503
            default: 500
            }
        case .localModel(let reason):
            switch reason {
            case .modelNotFound: 404
            case .invalid, .managementUnavailable, .pullNotAllowed: 400
            default: 503
            }
        case .noAnswer(let outcome):
            switch outcome {
            // By the limit that the caller set.
            case .badRequest, .contextOverflow, .payloadTooLarge, .lengthTruncated: 400
            case .modelNotFound: 404
            case .rateLimited, .quotaExhausted: 429
            case .timeoutConnect, .timeoutFirstToken, .timeoutIdle, .timeoutTotal: 504
            default: 502
            }
        }
    }
}
