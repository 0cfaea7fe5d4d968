import HTTPTypes
import LLMCore
import LLMWire

/// The facts of an answer that its caller may read beside it: model, reason, cost, cache and the name of the decision.
struct AnswerFacts: Sendable, Hashable {
    private enum Fact: String, CaseIterable {
        case decision, model, reason
        case cost = "cost-usd"
        case cache
    }
    private struct Pair: Sendable, Hashable {
        var name: Fact
        var value: String
    }
    private var pairs: [Pair]
    /// The names by which the provider that answered keeps the exchange, under its own headers.
    private var vendorNames: [String: String] = [:]

    /// At the end of a call.
    init(_ record: CallRecord) {
        pairs = [Pair(name: .decision, value: record.id.rawValue)]
        if let model = record.model { pairs.append(Pair(name: .model, value: model.description)) }
        pairs.append(Pair(name: .reason, value: record.decision.reason))
        // Unknown is left out: it is not zero.
        if let cost = record.totalCost { pairs.append(Pair(name: .cost, value: cost.description)) }
        pairs.append(Pair(name: .cache, value: record.decision.cache?.kind.rawValue ?? "none"))
        vendorNames = record.attempts.last?.report.exchangeNames ?? [:]
    }

    /// While it is being answered.
    init(_ request: AskRequest, _ model: ModelID?, vendorNames: [String: String]) {
        pairs = [Pair(name: .decision, value: request.id.rawValue)]
        self.vendorNames = vendorNames
        if let model { pairs.append(Pair(name: .model, value: model.description)) }
    }

    var fields: HTTPFields {
        var fields = HTTPFields()
        for pair in pairs {
            fields.add(Self.names[pair.name], Self.oneLine(pair.value))
        }
        for (header, value) in vendorNames { fields.add(HTTPField.Name(header), Self.oneLine(value)) }
        return fields
    }

    private static let names: [Fact: HTTPField.Name] = Dictionary(
        uniqueKeysWithValues: Fact.allCases.compactMap { fact in
            HTTPField.Name(RoutingHeaders.prefix + fact.rawValue).map { (fact, $0) }
        })

    /// The field that names the model.
    static var modelField: HTTPField.Name? { names[.model] }

    /// One SSE comment with all of them; `\u{20}` separates, values are quoted where they hold blanks.
    var comment: String {
        ": "
            + pairs.map { pair in
                let value = Self.oneLine(pair.value)
                return "\(RoutingHeaders.prefix)\(pair.name.rawValue)=\(value.contains(" ") ? "\"\(value)\"" : value)"
            }.joined(separator: " ")
    }

    /// Printable ASCII: what else there is becomes a question mark, and no text ends the line.
    private static func oneLine(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 }) { return text }
        return String(
            decoding: text.unicodeScalars.map { scalar -> UInt8 in
                switch scalar.value {
                case 0x22: 0x27
                case 0x20...0x7E: UInt8(scalar.value)
                default: scalar.properties.isWhitespace ? 0x20 : 0x3F
                }
            }, as: UTF8.self)
    }
}

extension ServedError {
    /// The failure that a call ended with; `nil` when it gave an answer.
    init?(_ record: CallRecord) {
        let last = record.attempts.last?.report
        switch record.outcome {
        case .ok, .lengthTruncated, .refusal, .emptyOutput: if last?.finish != nil || record.hasAnswer { return nil }
        case .contentFilter: if last?.finish != nil { return nil }
        // Arguments that are no JSON are the answer's; a provider that refuses them in the middle of it has failed.
        case .toolCallInvalid: if let last, last.finish != nil, !last.isRefusedByProvider { return nil }
        default: break
        }
        if record.stoppedBy != nil {
            self.init(.quotaExhausted, message: record.error, status: 429, model: record.requestedName)
            return
        }
        if record.outcome == .cancelled {
            self.init(.overloaded, message: record.error, status: 503, model: record.requestedName)
            return
        }
        guard let last, last.outcome == record.outcome else {
            self.init(
                record.outcome, message: Self.withoutAddresses(record.error, record),
                status: Self.status(record.outcome),
                model: record.requestedName)
            return
        }
        self.init(
            last, message: Self.withoutAddresses(last.failure?.message ?? record.error, record),
            model: record.requestedName,
            retryAfter: last.rateLimit?.retryAfter)
    }

    /// A message that names the providers where it has their addresses, which are our affair.
    private static func withoutAddresses(_ message: String?, _ record: CallRecord) -> String? {
        record.attempts.reduce(message) { message, attempt in
            guard !attempt.report.endpoint.isEmpty else { return message }
            return message?.replacing(attempt.report.endpoint, with: attempt.report.model.provider.rawValue)
        }
    }

    /// The failure of an attempt.
    init(_ report: AttemptReport, message: String?, model: String?, retryAfter: Duration?) {
        self.init(upstream: report.outcome, message: message, model: model, retryAfter: retryAfter)
    }

    /// The failure of a call to a provider.
    init(upstream outcome: AttemptClass, message: String?, model: String?, retryAfter: Duration? = nil) {
        switch outcome {
        case .auth, .account, .permission:
            // Our key was refused, not the caller's: no SDK shall tell its user to mend their own, so the words stay here.
            self.init(.serverError, message: "the provider refused the gateway's own key", status: 502, model: model)
        default:
            self.init(
                outcome, message: message, status: Self.status(outcome), model: model, retryAfter: retryAfter)
        }
    }

    /// Keeps status, type, code and parameter of an attempt whose provider speaks the caller's dialect; not of one that refused our key.
    mutating func keepWords(of report: AttemptReport?) {
        guard let report, report.outcome == kind, let failure = report.failure else { return }
        told = failure
        if let own = report.status, own >= 400 { status = own }
    }

    /// A failure between us and the provider is a bad gateway, and one of time a gateway's time-out.
    private static func status(_ outcome: AttemptClass) -> Int? {
        switch outcome {
        case .timeoutConnect, .timeoutFirstToken, .timeoutIdle, .timeoutTotal: 504
        case .connectionReset, .tlsOrDNS, .streamTruncated, .malformedSSE, .malformedJSON: 502
        default: nil
        }
    }
}

extension AttemptReport {
    /// The provider itself said so, in an error of its own.
    fileprivate var isRefusedByProvider: Bool { failure.map { $0.status != nil || $0.code != nil } ?? false }
}

extension CallRecord {
    fileprivate var hasAnswer: Bool {
        !answer.text.isEmpty || answer.refusal != nil || !answer.toolCalls.isEmpty || !answer.images.isEmpty
            || !answer.files.isEmpty
    }
    fileprivate var requestedName: String? {
        if case .model(let model) = requested { model.name } else { nil }
    }
}

extension WholeResponse {
    /// A refusal in the words of a dialect.
    static func refusal(_ error: ServedError, _ flavour: ServerFlavour, _ record: CallRecord? = nil) -> WholeResponse {
        let encoded = ErrorWriter.response(error, flavour: flavour, requestID: record?.id.rawValue ?? "")
        var fields = record.map { AnswerFacts($0).fields } ?? HTTPFields()
        for header in encoded.headers {
            if let name = HTTPField.Name(header.name) { fields[name] = header.value }
        }
        // Money does not come back by asking again.
        if error.kind == .quotaExhausted, let name = HTTPField.Name.shouldRetry { fields[name] = "false" }
        return WholeResponse(status: .init(code: encoded.status), fields: fields, body: encoded.body)
    }
}
