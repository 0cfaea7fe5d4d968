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
        var texts: [String]
        var isBase64: Bool
        var tags: [CallTag]
    }

    func response(_ request: GatewayRequest) async -> GatewayResponse {
        do throws(ServedError) {
            return try await embed(try read(request))
        } catch {
            return .refusal(error, .gatewayChat)
        }
    }

    private func read(_ request: GatewayRequest) throws(ServedError) -> Wanted {
        let tags = try RoutingHeaders(request.fields).tags
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
        guard case .model(let model) = try dirgen.configuration.wish(name, native: "openai").choice else {
            throw ServedError(.modelNotFound, model: name)
        }
        guard dirgen.clients[model.provider] != nil else {
            throw ServedError(.permission, message: "\(model.provider) is not configured", model: model.name)
        }
        return Wanted(model: model, texts: texts, isBase64: format == "base64", tags: tags)
    }

    private func embed(_ wanted: Wanted) async throws(ServedError) -> GatewayResponse {
        let spending: ClientSpending?
        do {
            spending = try await ClientSpending.admit(
                embeddingsOf: wanted.texts, by: wanted.model, grant, access, dirgen)
        } catch {
            throw ServedError(error, model: wanted.model.name)
        }
        let (record, vectors): (CallRecord, [[Double]])
        do {
            (record, vectors) = try await dirgen.service.embed(
                wanted.texts, by: wanted.model, through: dirgen.embedder, within: Self.limit,
                for: CallAttribution(key: grant?.key.name, tags: wanted.tags))
        } catch {
            // Nothing was sent.
            spending?.release()
            throw ServedError(.overloaded, message: "the call could not be written down", model: wanted.model.name)
        }
        spending?.settle(record)
        guard record.outcome == .ok else { throw ServedError(record) ?? ServedError(.serverError) }
        var response = GatewayResponse.json(document(of: vectors, record, wanted))
        for field in AnswerFacts(record).fields { response.fields.append(field) }
        return response
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
