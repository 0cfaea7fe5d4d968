import DirGenCore
import HTTPTypes
import LLMCore
import LLMService
import LLMWire

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The gateway's embeddings, in OpenAI's form.
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
        var texts: [String]
        var isBase64: Bool
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
        let texts: [String]
        switch value["input"] {
        case let input? where input.string != nil: texts = [input.string ?? ""]
        case let input?:
            texts = input.array?.compactMap(\.string) ?? []
            guard !texts.isEmpty, texts.count == input.array?.count else {
                throw ServedError(RequestRejection("input", .wrongType(expected: "array of strings", found: "array")))
            }
        case nil: throw ServedError(RequestRejection("input", .missing))
        }
        let format = value["encoding_format"]?.string ?? "float"
        guard format == "float" || format == "base64" else {
            throw ServedError(RequestRejection("encoding_format", .unknownValue(format, allowed: ["float", "base64"])))
        }
        // What our client cannot ask for is not dropped in silence.
        if let dimensions = value["dimensions"], !dimensions.isNull {
            throw ServedError(RequestRejection("dimensions", .unsupported(instead: nil)))
        }
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
            model: model, alias: wish.alias, texts: texts, isBase64: format == "base64", maxCost: headers.maxCost,
            limit: headers.deadline ?? Self.limit, tags: headers.tags)
    }

    private func embed(_ wanted: Wanted) async throws(ServedError) -> WholeResponse {
        try requireAffordable(wanted)
        let spending: ClientSpending?
        OverheadClock.enter(.overhead(.access))
        do {
            spending = try await ClientSpending.admit(
                embeddingsOf: wanted.texts, by: wanted.model, alias: wanted.alias, grant, access, dirgen)
        } catch {
            throw ServedError(error, model: wanted.model.name)
        }
        let (record, vectors): (CallRecord, [[Double]])
        do {
            (record, vectors) = try await dirgen.service.embed(
                wanted.texts, by: wanted.model, through: dirgen.embedder, within: wanted.limit,
                for: CallAttribution(key: grant?.key.name, tags: wanted.tags))
        } catch {
            // Nothing was sent.
            spending?.release()
            throw ServedError(.overloaded, message: "the call could not be written down", model: wanted.model.name)
        }
        spending?.settle(record)
        guard record.outcome == .ok else { throw ServedError(record) ?? ServedError(.serverError) }
        var response = OverheadClock.spend(.translation) { WholeResponse.json(document(of: vectors, record, wanted)) }
        for field in AnswerFacts(record).fields { response.fields.append(field) }
        return response
    }

    /// A request that may cost more than the caller allows, or nobody knows how much, is refused before it is sent.
    private func requireAffordable(_ wanted: Wanted) throws(ServedError) {
        guard let limit = wanted.maxCost else { return }
        let needed = dirgen.configuration.prices.worstCase(
            for: CostBound(embeddingsOf: wanted.texts), to: wanted.model, at: TimeSource.live.wallMicroseconds())
        if let needed, needed <= limit { return }
        let reason = needed.map { "it may cost \($0) USD, over the limit of \(limit) USD" }
        throw ServedError(
            .quotaExhausted,
            message: "\(wanted.model): \(reason ?? "its price is not known, so no limit can hold it")",
            model: wanted.model.name)
    }

    private func document(of vectors: [[Double]], _ record: CallRecord, _ wanted: Wanted) -> JSONValue {
        let report = record.attempts.last?.report
        var object: JSONObject = ["object": "list"]
        object["data"] = .array(
            vectors.enumerated().map { index, vector in
                [
                    "object": "embedding", "index": JSONValue(index),
                    "embedding": wanted.isBase64
                        ? .string(Self.base64(vector)) : .array(vector.map { JSONValue($0) }),
                ]
            })
        object["model"] = .string(report?.servedModel ?? wanted.model.name)
        if let tokens = report?.usage?.reportedTokens?.promptTokens {
            object["usage"] = ["prompt_tokens": JSONValue(tokens), "total_tokens": JSONValue(tokens)]
        }
        return .object(object)
    }

    /// Little-endian floats of 32 bits, as OpenAI's SDK decodes them.
    private static func base64(_ vector: [Double]) -> String {
        var bytes: [UInt8] = []
        for value in vector {
            withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { bytes += $0 }
        }
        return Data(bytes).base64EncodedString()
    }
}
