public import LLMCore

/// The codes of all errors that leave the library: in JSON, in exit codes, in statuses of a server. The one table.
public enum ErrorCode: Document {
    /// An input, argument or file that cannot be used.
    case invalidInput
    /// A configuration file, a variable or an option that is wrong.
    case configuration
    case dataset
    case noProvider
    case unknownModel
    /// A model without a price, where a budget is to be kept.
    case unpriced
    case unknownRun
    case ambiguousRun
    case unknownTable
    case unknownCall
    case unknownProvider
    /// A fingerprint that no key of the provider has.
    case unknownKey
    case unknownDataset
    /// The server was not allowed to begin runs.
    case runsNotOffered
    /// More money than whoever runs the server allows.
    case costNotAllowed
    case runUnderWay
    case runEnded
    /// No requested provider can be used.
    case providerUnusable
    case budgetExhausted
    /// No model gave an answer: the class of the last attempt, or of why none was made.
    case noAnswer(AttemptClass)
    /// A report that could not be written.
    case report
    case cancelled
    case store(StoreError.Code)
    case localModel(LocalModelError.Reason)
    /// A request that the policy of virtual keys refuses.
    case access(AccessRefusal.Code)
    /// An order or a name of a virtual key that cannot be.
    case virtualKey(VirtualKeyError.Reason)

    /// The stable word: `dataset`, `store.locked`, `no_answer.rate_limited`.
    public var word: String {
        switch self {
        case .noAnswer(let outcome): "no_answer." + outcome.rawValue
        case .store(let code): "store." + code.rawValue
        case .localModel(let reason): "local_model." + reason.rawValue
        case .access(let code): "access." + code.rawValue
        case .virtualKey(let reason): "virtual_key." + reason.rawValue
        default: ErrorCode.plain.first { $0.value == self }?.key ?? "internal"
        }
    }

    /// - Returns: `nil` for a word that this version does not know.
    public init?(word: String) {
        if let code = ErrorCode.plain[word] {
            self = code
            return
        }
        let parts = word.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        let found: ErrorCode? =
            switch parts[0] {
            case "no_answer": AttemptClass(rawValue: parts[1]).map(ErrorCode.noAnswer)
            case "store": StoreError.Code(rawValue: parts[1]).map(ErrorCode.store)
            case "local_model": LocalModelError.Reason(rawValue: parts[1]).map(ErrorCode.localModel)
            case "access": AccessRefusal.Code(rawValue: parts[1]).map(ErrorCode.access)
            case "virtual_key": VirtualKeyError.Reason(rawValue: parts[1]).map(ErrorCode.virtualKey)
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    private static let plain: [String: ErrorCode] = [
        "invalid_input": .invalidInput, "configuration": .configuration, "dataset": .dataset,
        "no_provider": .noProvider, "unknown_model": .unknownModel, "unpriced": .unpriced, "unknown_run": .unknownRun,
        "ambiguous_run": .ambiguousRun, "unknown_table": .unknownTable, "unknown_call": .unknownCall,
        "unknown_provider": .unknownProvider, "unknown_key": .unknownKey,
        "unknown_dataset": .unknownDataset, "runs_not_offered": .runsNotOffered,
        "cost_not_allowed": .costNotAllowed, "run_under_way": .runUnderWay, "run_ended": .runEnded,
        "provider_unusable": .providerUnusable, "budget_exhausted": .budgetExhausted,
        "report": .report, "cancelled": .cancelled,
    ]

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let code = ErrorCode(word: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an error code")
        }
        self = code
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(word)
    }
}

extension ErrorCode {
    /// The end of a process with this error.
    public enum Exit: Int32, Sendable, CaseIterable {
        case ok = 0
        /// Trials failed above the limit, or a check found a problem.
        case failures = 1
        /// Usage, configuration or input.
        case usage = 2
        case inconclusive = 3
        case budget = 4
        case providerUnusable = 5
        case interrupted = 130
    }

    public var exit: Exit {
        switch self {
        case .invalidInput, .configuration, .dataset, .noProvider, .unknownModel, .unpriced, .unknownRun,
            .ambiguousRun, .unknownTable, .unknownCall, .unknownProvider, .unknownKey,
            .unknownDataset, .runsNotOffered, .costNotAllowed, .runUnderWay, .runEnded, .report, .store:
            .usage
        case .providerUnusable: .providerUnusable
        case .budgetExhausted: .budget
        case .cancelled: .interrupted
        case .noAnswer(.badRequest), .noAnswer(.contextOverflow), .noAnswer(.payloadTooLarge),
            .noAnswer(.modelNotFound):
            .usage
        case .noAnswer: .providerUnusable
        case .localModel(.managementUnavailable), .localModel(.modelNotFound), .localModel(.invalid),
            .localModel(.pullNotAllowed):
            .usage
        case .localModel(.cancelled): .interrupted
        case .localModel: .providerUnusable
        case .access(.insufficientQuota): .budget
        case .access(.rateLimited), .access(.unavailable): .providerUnusable
        case .access, .virtualKey: .usage
        }
    }
}
