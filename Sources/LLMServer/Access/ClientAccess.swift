import DirGenCore
import HTTPTypes
import LLMCore
import LLMService
import LLMWire

/// The admission of a server's clients, as HTTP has it: where a key is presented, and what a refusal is in each dialect.
struct ClientAccess: Sendable {
    /// `nil` for a server without a database: there are no keys, and it is open.
    let control: AccessControl?

    /// Authenticates a request by the key it presents.
    ///
    /// - Returns: `nil` where no key was ever issued.
    func authenticate(_ fields: HTTPFields, queryKey: String?) async throws(AccessRefusal) -> AccessGrant? {
        guard let control else { return nil }
        return try await control.authenticate(Self.presented(fields, queryKey: queryKey))
    }

    /// The same for an operation that manages the service.
    func requireAdmin(_ fields: HTTPFields, queryKey: String?) async throws(AccessRefusal) -> AccessGrant? {
        let grant = try await authenticate(fields, queryKey: queryKey)
        try grant?.requireAdmin()
        return grant
    }

    /// The key of a request, wherever a vendor's SDK puts it.
    static func presented(_ fields: HTTPFields, queryKey: String?) -> String? {
        if let value = fields[.authorization], let key = bearer(value), !key.isEmpty { return key }
        return fields.value(.apiKey) ?? fields.value(.googleAPIKey) ?? queryKey
    }

    /// The token of a bearer credential; `nil` for one of another scheme.
    private static func bearer(_ credential: String) -> String? {
        let scheme = "bearer ".utf8
        guard credential.utf8.prefix(scheme.count).elementsEqual(scheme, by: { $0 | 0x20 == $1 }) else { return nil }
        return String(credential.dropFirst(scheme.count).drop(while: \.isWhitespace))
    }
}

extension ServedError {
    /// A refusal by the policy of virtual keys.
    init(_ refusal: AccessRefusal, model: String? = nil) {
        let (kind, status): (AttemptClass, Int?) =
            switch refusal.code {
            case .keyMissing, .keyUnknown, .keyRevoked, .keyExpired: (.auth, nil)
            case .adminNeeded, .modelNotAllowed: (.permission, nil)
            case .rateLimited: (.rateLimited, nil)
            case .insufficientQuota: (.quotaExhausted, 429)
            case .costUnknown: (.badRequest, 400)
            case .unavailable: (.overloaded, 503)
            }
        self.init(kind, message: refusal.message, status: status, model: model, retryAfter: refusal.retryAfter)
    }
}

/// One request's place in the budget and the limits of a client's key.
struct ClientSpending: Sendable {
    private let control: AccessControl
    private let hold: SpendingHold

    /// Admits a request, and bounds it by what was set aside: all its attempts together may cost no more, and only models of the key's
    /// answer, whatever leads to them.
    ///
    /// - Returns: `nil` for a client without a key, of an open server.
    /// - Throws: The refusal of the key's policy.
    static func admit(
        _ request: inout AskRequest, alias: String?, _ grant: AccessGrant?, _ access: ClientAccess, _ dirgen: DirGen
    ) async throws(AccessRefusal) -> ClientSpending? {
        guard let control = access.control, let grant else { return nil }
        request.tenant = grant.key.id.rawValue
        request.policy.permitted = dirgen.configuration.permitted(
            grant.key.limits, request.model, task: request.task, alias: alias)
        let bound = worstCase(of: request, dirgen)
        let limit = [bound, request.policy.maxCost].compactMap(\.self).min()
        let tokens = request.chat.estimatedInputTokens + (request.chat.parameters.maxOutputTokens ?? 0)
        let hold = try await control.admit(
            grant, model: request.model, task: request.task, alias: alias, worstCase: limit, tokens: tokens)
        if grant.key.limits.budget != nil { request.policy.maxCost = limit }
        return ClientSpending(control: control, hold: hold)
    }

    /// Admits a request for embeddings.
    static func admit(
        embeddingsOf bound: CostBound, by model: ModelID, alias: String?, _ grant: AccessGrant?, _ access: ClientAccess,
        _ dirgen: DirGen
    ) async throws(AccessRefusal) -> ClientSpending? {
        guard let control = access.control, let grant else { return nil }
        let worstCase = dirgen.configuration.prices.worstCase(
            for: bound, to: model, at: TimeSource.live.wallMicroseconds())
        let hold = try await control.admit(
            grant, model: .model(model), alias: alias, worstCase: worstCase,
            tokens: TokenEstimate.tokens(inBytes: bound.inputTokens))
        return ClientSpending(control: control, hold: hold)
    }

    /// The most that one attempt can cost: of the model that is asked for, or the dearest that may be chosen.
    private static func worstCase(of request: AskRequest, _ dirgen: DirGen) -> USD? {
        let now = TimeSource.live.wallMicroseconds()
        let prices = dirgen.configuration.prices
        switch request.model {
        case .model(let model): return prices.worstCase(for: request.chat, to: model, at: now)
        case .auto:
            let models = dirgen.callable.flatMap { [$0.defaultModel] + $0.benchModels }
            return models.compactMap { prices.worstCase(for: request.chat, to: $0, at: now) }.max()
        }
    }

    /// Settles at what the call cost; unknown counts as what was set aside.
    func settle(_ record: CallRecord) {
        let tokens = record.attempts.compactMap { attempt -> Int? in
            guard let usage = attempt.report.usage?.measuredTokens else { return nil }
            return (usage.promptTokens ?? 0) + (usage.outputTokens ?? 0)
        }
        control.settle(hold, cost: record.totalCost, tokens: tokens.isEmpty ? nil : tokens.reduce(0, +))
    }

    /// Gives back what was set aside for a request that is given up, where no attempt can be billed. Else the hold settles at its
    /// worst case.
    func release(after failures: [AttemptReport] = []) {
        guard failures.allSatisfy(\.isUnbilled) else { return }
        control.settle(hold, cost: .zero, tokens: 0)
    }
}
