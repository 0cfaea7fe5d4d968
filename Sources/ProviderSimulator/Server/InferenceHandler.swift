import HTTPTypes
import Hummingbird
import LLMCore
import LLMWire
import NIOCore

/// Answers a chat request: reads it, checks it as its provider would, plans the answer and sends it.
struct InferenceHandler: Sendable {
    private let exchange: Exchange
    private let route: Route.Inference
    private let face: ProviderFace
    private var simulator: Simulator { exchange.simulator }
    private var options: SimulatorOptions { simulator.options }

    init(_ exchange: Exchange, _ route: Route.Inference) {
        self.exchange = exchange
        self.route = route
        // Routes name only providers that have a face.
        face = ProviderFace.of(route.provider) ?? ProviderFace.all[0]
    }

    func respond() async throws -> Response {
        simulator.requests.begin()
        var call = Call(
            entry: RequestLogEntry(
                requestID: requestID(), at: exchange.time.wallMicroseconds(), provider: route.provider,
                model: route.model ?? "", path: exchange.path, receivedAt: MonotonicClock.nanoseconds),
            origin: exchange.time.now())
        do {
            return try await answer(&call)
        } catch let error as ServedError {
            release(call)
            return refuse(error, call)
        } catch {
            release(call)
            call.entry.outcome = error is StreamSender.CutOff ? .broken : .clientLeft
            call.entry.endedAt = MonotonicClock.nanoseconds
            simulator.requests.record(call.entry)
            // A thrown error would become a response: there shall be none.
            await Connection.close(exchange.channel)
            throw error
        }
    }

    private func release(_ call: Call) {
        guard let name = call.loaded else { return }
        simulator.runner.release(name, now: exchange.time.now())
    }

    /// The state of one call while it is handled.
    private struct Call: Sendable {
        var entry: RequestLogEntry
        var origin: ContinuousClock.Instant
        var buckets: [RateLimitReading.Bucket] = []
        var key: String?
        /// The local model in use for it.
        var loaded: String?
    }

    // MARK: Steps

    private func answer(_ call: inout Call) async throws -> Response {
        let limit = route.provider == .local ? 10 << 20 : 32 << 20
        guard let body = try await exchange.body(atMost: limit) else { throw ServedError(.payloadTooLarge) }
        call.origin = exchange.time.now()
        call.entry.receivedAt = MonotonicClock.nanoseconds
        try authenticate(&call)
        let client = try decode(body, &call)
        call.entry.model = client.model
        call.entry.streaming = client.request.stream
        let id = ModelID(provider: route.provider, name: localName(client.model))
        if let bench = BenchModel(client.model) {
            let input = TokenPieces.count(client.request)
            let plan = bench.plan(head: head(client, call, input), inputTokens: input, timeScale: options.timeScale)
            return try await send(plan, client, FaultEffect(), call)
        }
        guard let model = simulator.models[id] else { throw ServedError(.modelNotFound, model: client.model) }
        if wantsPreload { return try await preload(model, &call) }
        return try await answer(client, model, &call)
    }

    private func answer(_ client: ClientRequest, _ model: SimulatedModel, _ call: inout Call) async throws -> Response {
        let fault = simulator.faults.next(
            provider: route.provider, model: model.id.name, key: call.key, request: client.request)
        call.entry.fault = fault?.name
        if let delay = fault?.effect.delay {
            try await exchange.pause.until(call.origin + .milliseconds(delay) * options.timeScale)
        }
        if fault?.effect.drops == true { throw StreamSender.CutOff(resets: false) }
        if let effect = fault?.effect, effect.isResponse { return fail(effect, client, call) }
        let input = try await ask(client, model, fault?.effect, &call)
        var chance = SimulatedChance(
            seed: options.seed, model: model.id, digest: call.entry.promptDigest ?? "",
            ordinal: call.entry.ordinal ?? 0)
        let plan = simulator.planner.plan(input, &chance)
        call.entry.degradation = plan.degradation?.rawValue
        call.entry.known = input.reference != nil
        let admission = simulator.limits.admit(
            .init(
                provider: route.provider, model: model.id.name, key: call.key, inputTokens: input.inputTokens,
                outputTokens: plan.usage.outputTokens ?? 0), now: exchange.time.now())
        call.buckets = admission.buckets
        if let refusal = admission.refusal { throw refusal }
        return try await send(plan, client, fault?.effect ?? FaultEffect(), call)
    }

    private func ask(
        _ client: ClientRequest, _ model: SimulatedModel, _ effect: FaultEffect?, _ call: inout Call
    ) async throws -> AnswerPlanner.Input {
        let input = TokenPieces.count(client.request)
        guard input <= model.contextWindow else { throw ServedError(.contextOverflow, model: client.model) }
        if route.provider == .local { try await load(model, &call) }
        let digest = PromptDigest.digest(of: client.request.messages)
        let ordinal = simulator.ordinal(model.id, digest)
        call.entry.promptDigest = digest
        call.entry.ordinal = ordinal
        let cache = simulator.usePromptCache(client.request, to: model.id, key: call.key, inputTokens: input)
        return AnswerPlanner.Input(
            model: model, client: client, flavour: route.flavour, reference: simulator.references.reference(digest),
            head: head(client, call, input, cache), inputTokens: input, cache: cache, effect: effect)
    }

    /// A local model's first request loads it, and waits without a byte.
    private func load(_ model: SimulatedModel, _ call: inout Call) async throws {
        guard let ready = simulator.runner.use(model.id.name, now: exchange.time.now()) else {
            throw ServedError(.modelNotFound, model: model.id.name)
        }
        call.loaded = model.id.name
        try await exchange.pause.until(ready)
        call.origin = max(call.origin, ready)
    }

    /// Docker Model Runner's way to warm a model up: it is loaded and nothing is asked.
    private func preload(_ model: SimulatedModel, _ call: inout Call) async throws -> Response {
        try await load(model, &call)
        release(call)
        call.entry.endedAt = MonotonicClock.nanoseconds
        simulator.requests.record(call.entry)
        return exchange.respond(200, [], [])
    }

    private var wantsPreload: Bool {
        route.provider == .local && header("x-preload-only") == "true"
    }

    private func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { exchange.request.headers[$0] }
    }

    private func authenticate(_ call: inout Call) throws {
        if case .none = face.auth { return }
        let key = Credentials.key(face.auth, headers: exchange.request.headers, queryKey: exchange.query("key"))
        guard let key else { throw ServedError(.auth, keyMissing: true) }
        call.key = key
        call.entry.key = APIKey(key).fingerprint
        if simulator.isBad(key) { throw ServedError(.auth) }
    }

    private func decode(_ body: [UInt8], _ call: inout Call) throws -> ClientRequest {
        do {
            return try RequestDecoder.decode(
                body, flavour: route.flavour, pathModel: route.model, pathStreams: route.streams)
        } catch { throw ServedError(error, model: route.model) }
    }

    private func localName(_ name: String) -> String {
        route.provider == .local ? ModelRunner.canonical(name) : name
    }

    // MARK: Names

    private func requestID() -> String {
        switch route.provider {
        case "anthropic": "req_01\(simulator.token(22))"
        case "gemini": simulator.token(22)
        default: "req_\(simulator.token(26))"
        }
    }

    private func head(
        _ client: ClientRequest, _ call: Call, _ input: Int, _ cache: SimulatedPromptCache.Use = .init()
    ) -> AnswerHead {
        let stem = String(call.entry.requestID.drop { $0 != "_" }.drop { $0 == "_" })
        let id: String =
            switch route.flavour.dialect {
            case .openai: "chatcmpl-\(stem)"
            case .openaiResponses: "resp_\(stem)"
            case .anthropic: "msg_\(stem)"
            case .gemini: call.entry.requestID
            }
        let tiers: [ProviderID: String] = ["openai": "default", "anthropic": "standard", "gemini": "standard"]
        return AnswerHead(
            id: id, model: client.model, createdAt: call.entry.at / 1_000_000, requestID: call.entry.requestID,
            systemFingerprint: face.provider == "gemini" ? nil : "fp_simulated", serviceTier: tiers[route.provider],
            input: TokenUsage(promptTokens: input, cache: cache), parameters: client.request.parameters)
    }

    private func facts(_ call: Call, _ plan: AnswerPlan?, streaming: Bool) -> ResponseHeaders.Facts {
        ResponseHeaders.Facts(
            face: face, flavour: route.flavour, requestID: call.entry.requestID, streaming: streaming,
            asArray: route.asArray, buckets: call.buckets, now: exchange.time.wallMicroseconds() / 1_000_000,
            firstToken: plan?.steps.first?.at ?? plan?.endsAt ?? .zero, whole: plan?.endsAt ?? .zero)
    }

    // MARK: Errors

    private func refuse(_ error: ServedError, _ call: Call) -> Response {
        var call = call
        let isText =
            route.provider == .local
            && [.modelNotFound, .payloadTooLarge].contains(error.kind)
            || error.rejection.map { $0.field == "model" || $0.field.isEmpty } ?? false && route.provider == .local
        var flavour = route.flavour
        // Docker Model Runner's own errors are text; what it passes on to the engine is the engine's.
        if isText { flavour.errors = .plainText }
        let encoded = ErrorWriter.response(error, flavour: flavour, requestID: call.entry.requestID)
        call.entry.status = encoded.status
        call.entry.outcome = .refused
        call.entry.endedAt = MonotonicClock.nanoseconds
        simulator.requests.record(call.entry)
        return exchange.respond(
            encoded.status, encoded.headers + ResponseHeaders.forError(facts(call, nil, streaming: false)), encoded.body
        )
    }

    private func fail(_ effect: FaultEffect, _ client: ClientRequest, _ call: Call) -> Response {
        var call = call
        let encoded = FaultResponse.make(
            effect, flavour: route.flavour, model: client.model, requestID: call.entry.requestID,
            timeScale: options.timeScale)
        call.entry.status = encoded.status
        call.entry.outcome = .failed
        call.entry.endedAt = MonotonicClock.nanoseconds
        simulator.requests.record(call.entry)
        let usual = ResponseHeaders.forError(facts(call, nil, streaming: false))
        return exchange.respond(encoded.status, usual + encoded.headers + effect.headers, encoded.body)
    }

    // MARK: Sending

    private func send(
        _ plan: AnswerPlan, _ client: ClientRequest, _ effect: FaultEffect, _ call: Call
    ) async throws -> Response {
        var call = call
        call.entry.inputTokens = plan.usage.promptTokens
        call.entry.cachedTokens = plan.usage.cacheReadTokens
        call.entry.outputTokens = plan.usage.outputTokens
        call.entry.reasoningTokens = plan.usage.reasoningTokens
        call.entry.cost = plan.cost
        var fields = HTTPFields()
        fields.set(ResponseHeaders.make(facts(call, plan, streaming: client.request.stream)) + effect.headers)
        let job = AnswerJob(
            plan: plan, flavour: route.flavour, includeUsage: client.includeUsage, asArray: route.asArray,
            effect: effect, stamps: options.stampsEvents || header("x-sim-stamp") == "1", origin: call.origin,
            entry: call.entry,
            exchange: exchange, loaded: call.loaded)
        let body = client.request.stream ? job.streamed : try await job.whole()
        return Response(status: .ok, headers: fields, body: body)
    }

}
