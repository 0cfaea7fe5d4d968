import Hummingbird
import LLMCore
import LLMWire

/// Lists models, as each provider does.
struct ModelListHandler: Sendable {
    private let exchange: Exchange
    private let provider: ProviderID
    private let flavour: ServerFlavour

    init(_ exchange: Exchange, _ provider: ProviderID, _ flavour: ServerFlavour) {
        self.exchange = exchange
        self.provider = provider
        self.flavour = flavour
    }

    func respond(_ name: String?) -> Response {
        if let refusal = refusal() { return refusal }
        let models = listed
        guard let name else {
            let page = ModelListWriter.Page(
                size: (exchange.query("limit") ?? exchange.query("pageSize")).flatMap { Int($0) },
                after: exchange.query("after_id") ?? exchange.query("pageToken"))
            return exchange.json(ModelListWriter.list(models, flavour: flavour, page: page))
        }
        let wanted = provider == .local ? ModelRunner.canonical(name) : name
        guard let model = models.first(where: { $0.id == wanted || ModelRunner.canonical($0.id) == wanted }) else {
            return error(ServedError(.modelNotFound, status: 404, model: name))
        }
        return exchange.json(ModelListWriter.entry(model, flavour: flavour))
    }

    /// xAI's `/language-models`, whose prices are in hundred-millionths of a cent per token.
    func prices() -> Response {
        if let refusal = refusal() { return refusal }
        let now = exchange.time.wallMicroseconds()
        let entries = exchange.simulator.models(of: provider).map { model -> JSONValue in
            let price = model.listed(at: now)
            // A unit is a hundred pico-dollars a token.
            func units(_ thousand: USD?) -> JSONValue {
                thousand.map { .number(JSONNumber($0.pico / 100_000)) } ?? .null
            }
            return [
                "id": .string(model.id.name), "created": .number(JSONNumber(model.releasedAt)), "object": "model",
                "owned_by": "xai", "input_modalities": ["text"], "output_modalities": ["text"],
                "prompt_text_token_price": units(price?.input),
                "cached_prompt_text_token_price": units(price?.cachedInput),
                "completion_text_token_price": units(price?.output),
            ]
        }
        return exchange.json(["models": .array(entries)])
    }

    private var listed: [ServedModel] {
        let local = provider == .local
        let present = local ? Set(exchange.simulator.runner.present) : []
        return exchange.simulator.models(of: provider).filter { !local || present.contains($0.id.name) }.map { model in
            ServedModel(
                id: local ? model.id.name + ":latest" : model.id.name, displayName: model.displayName,
                createdAt: model.releasedAt, ownedBy: local ? "docker" : provider.rawValue,
                contextWindow: model.contextWindow, maxOutput: model.maxOutput)
        }
    }

    private func refusal() -> Response? {
        guard let face = ProviderFace.of(provider) else { return nil }
        if case .none = face.auth { return nil }
        let key = Credentials.key(face.auth, headers: exchange.request.headers, queryKey: exchange.query("key"))
        guard let key else { return error(ServedError(.auth, keyMissing: true)) }
        return exchange.simulator.isBad(key) ? error(ServedError(.auth)) : nil
    }

    private func error(_ error: ServedError) -> Response {
        var flavour = flavour
        if provider == .local { flavour.errors = .plainText }
        let encoded = ErrorWriter.response(error, flavour: flavour)
        return exchange.respond(encoded.status, encoded.headers, encoded.body)
    }
}
