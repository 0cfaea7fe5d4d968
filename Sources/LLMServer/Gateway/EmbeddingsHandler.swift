import DirGenCore
import HTTPTypes
import LLMCore
import LLMService
import LLMWire

/// The gateway's embeddings, in OpenAI's form: bytes pass both ways but for the model, as only providers of that form have them.
struct EmbeddingsHandler: Sendable {
    let dirgen: DirGen
    let access: ClientAccess
    /// `nil` on an open server.
    let grant: AccessGrant?
    private static let limit = Duration.seconds(60)

    /// The request of a client.
    private struct Wanted {
        var model: ModelID
        var alias: String?
        var original: OriginalRequest
        var bound: CostBound
        var maxCost: USD?
        var limit: Duration
        var tags: [CallTag]
    }

    func response(_ request: WholeRequest) async -> WholeResponse {
        do throws(ServedError) {
            return try await embed(try read(request))
        } catch {
            return .refusal(error, .gatewayChat)
        }
    }

    private func read(_ request: WholeRequest) throws(ServedError) -> Wanted {
        let value: JSONValue
        do { value = try JSONValue.parse(request.body) } catch {
            throw ServedError(RequestRejection("", .invalidJSON(error.description)))
        }
        guard let name = value["model"]?.string, !name.isEmpty else {
            throw ServedError(RequestRejection("model", .missing))
        }
        guard let input = value["input"] else { throw ServedError(RequestRejection("input", .missing)) }
        let headers = try RoutingHeaders(request.fields)
        // What it demands cannot be kept: the call goes to the model that is named.
        guard headers.profile == nil else {
            throw ServedError(
                .badRequest, message: "the header \(RoutingHeaders.prefix)profile has no meaning for embeddings",
                status: 400)
        }
        let wish = try dirgen.configuration.wish(name, native: "openai")
        guard case .model(let model) = wish.choice else {
            throw ServedError(.modelNotFound, model: name)
        }
        guard dirgen.clients[model.provider] != nil else {
            throw ServedError(.permission, message: "\(model.provider) is not configured", model: model.name)
        }
        return Wanted(
            model: model, alias: wish.alias,
            original: OriginalRequest(dialect: .openai, body: request.body, headers: request.fields.ofBody),
            bound: CostBound(embeddingsOf: input), maxCost: headers.maxCost, limit: headers.deadline ?? Self.limit,
            tags: headers.tags)
    }

    private func embed(_ wanted: Wanted) async throws(ServedError) -> WholeResponse {
        try requireAffordable(wanted)
        let spending: ClientSpending?
        OverheadClock.enter(.overhead(.access))
        do {
            spending = try await ClientSpending.admit(
                embeddingsOf: wanted.bound, by: wanted.model, alias: wanted.alias, grant, access, dirgen)
        } catch {
            throw ServedError(error, model: wanted.model.name)
        }
        let (record, body): (CallRecord, [UInt8]?)
        do {
            (record, body) = try await dirgen.service.embed(
                wanted.original, of: wanted.bound, by: wanted.model, through: dirgen.embedder, within: wanted.limit,
                for: CallAttribution(key: grant?.key.name, tags: wanted.tags))
        } catch {
            // Nothing was sent.
            spending?.release()
            throw ServedError(.overloaded, message: "the call could not be written down", model: wanted.model.name)
        }
        spending?.settle(record)
        guard record.outcome == .ok, let body else {
            var error = ServedError(record) ?? ServedError(.serverError)
            error.keepWords(of: record.attempts.last?.report)
            return .refusal(error, .gatewayChat, record)
        }
        var response = WholeResponse(status: .ok, fields: AnswerFacts(record).fields, body: body)
        response.fields[.contentType] = "application/json"
        return response
    }

    /// A request that may cost more than the caller allows, or nobody knows how much, is refused before it is sent.
    private func requireAffordable(_ wanted: Wanted) throws(ServedError) {
        guard let limit = wanted.maxCost else { return }
        let needed = dirgen.configuration.prices.worstCase(
            for: wanted.bound, to: wanted.model, at: TimeSource.live.wallMicroseconds())
        if let needed, needed <= limit { return }
        let reason = needed.map { "it may cost \($0) USD, over the limit of \(limit) USD" }
        throw ServedError(
            .quotaExhausted,
            message: "\(wanted.model): \(reason ?? "its price is not known, so no limit can hold it")",
            model: wanted.model.name)
    }
}

extension CostBound {
    /// The bound of a client's own `input`, of whatever form: tokens count as such, texts as in a call of ours, the rest by its bytes.
    fileprivate init(embeddingsOf input: JSONValue) {
        let leaves = Self.leaves(of: input)
        let texts = leaves.filter { $0.int == nil }.map { $0.string ?? String(decoding: $0.bytes, as: UTF8.self) }
        self.init(embeddingsOf: texts)
        inputTokens += leaves.count - texts.count
    }

    private static func leaves(of input: JSONValue) -> [JSONValue] {
        input.array.map { $0.flatMap(leaves) } ?? [input]
    }
}
