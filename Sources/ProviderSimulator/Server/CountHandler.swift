import Hummingbird
import LLMCore
import LLMWire

/// Counts tokens without answering: Anthropic's `count_tokens`, Gemini's `countTokens`.
struct CountHandler: Sendable {
    private let exchange: Exchange
    private let provider: ProviderID
    private var flavour: ServerFlavour

    init(_ exchange: Exchange, _ provider: ProviderID, _ flavour: ServerFlavour) {
        self.exchange = exchange
        self.provider = provider
        self.flavour = flavour
        self.flavour.rules.requiresOutputLimit = false
    }

    func respond(_ model: String?) async throws -> Response {
        do {
            guard let body = try await exchange.body(atMost: 32 << 20) else { throw ServedError(.payloadTooLarge) }
            let client: ClientRequest
            let counted = TokenCountDialect.counted(body, dialect: flavour.dialect)
            do { client = try RequestDecoder.decode(counted, flavour: flavour, pathModel: model) } catch {
                throw ServedError(error)
            }
            guard exchange.simulator.models[ModelID(provider: provider, name: client.model)] != nil else {
                throw ServedError(.modelNotFound, model: client.model)
            }
            let count = JSONValue(TokenPieces.count(client.request))
            return exchange.json(flavour.dialect == .gemini ? ["totalTokens": count] : ["input_tokens": count])
        } catch let error as ServedError {
            let encoded = ErrorWriter.response(error, flavour: flavour)
            return exchange.respond(encoded.status, encoded.headers, encoded.body)
        }
    }
}
