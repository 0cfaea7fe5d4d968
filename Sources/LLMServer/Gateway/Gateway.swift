import DirGenAPI
import DirGenCore
import HTTPTypes
import LLMCore
import LLMService
import LLMWire

/// The gateway: the vendors' own APIs, answered by whichever provider the service chooses.
struct Gateway: ExchangeRouter {
    let live: LiveService
    let tasks: ExchangeTasks
    let access: ClientAccess
    let requests: GatewayRequests
    let kept = IdempotentAnswers()
    let seals = SealMemory()

    /// The service for a request that comes now.
    private var dirgen: DirGen { live.current }

    func takes(_ head: HTTPRequest) -> Bool { head.path.map { GatewayRoute.takes($0) } ?? false }

    func serve(_ exchange: Exchange) {
        guard let route = GatewayRoute(exchange.request) else { return }
        tasks.add(on: exchange.eventLoop) {
            let sink = requests.began(exchange, route)
            await OverheadClock.$current.withValue(sink.clock) {
                await exchange.serve { _ in try await admit(sink, route) }
            }
            sink.ended()
        }
    }

    func tooLarge(_ request: WholeRequest, limit: Int) -> WholeResponse {
        .refusal(
            ServedError(.payloadTooLarge, message: "the body is larger than \(limit) bytes"),
            GatewayRoute(request)?.flavour ?? .gatewayChat)
    }

    func malformed(_ request: WholeRequest, _ status: HTTPResponse.Status, _ reason: String) -> WholeResponse {
        .refusal(
            ServedError(.badRequest, message: reason, status: status.code),
            GatewayRoute(request)?.flavour ?? .gatewayChat)
    }

    func refusal(of request: WholeRequest, _ reason: BrowserGuard.Refusal) -> WholeResponse {
        guard let route = GatewayRoute(request) else {
            return .problem(.invalidInput, reason.rawValue, status: reason.status)
        }
        return .refusal(
            ServedError(.permission, message: reason.rawValue, status: reason.status.code), route.flavour)
    }

    private func admit(_ sink: CountedExchange, _ route: GatewayRoute) async throws {
        let request = sink.request
        let grant: AccessGrant?
        OverheadClock.enter(.overhead(.access))
        do {
            grant = try await access.authenticate(request.fields, queryKey: request.query["key"])
        } catch {
            return try await sink.respond(.refusal(ServedError(error), route.flavour))
        }
        OverheadClock.enter(.overhead(.reading))
        if let encoding = request.bodyEncoding {
            let message =
                "the body is in content-encoding \(encoding), and only plain ones are read: send it uncompressed"
            return try await sink.respond(
                .refusal(ServedError(.badRequest, message: message, status: 415), route.flavour))
        }
        guard case .chat(let chat) = route else { return try await answer(route, grant, sink) }
        let handler = ChatHandler(dirgen: dirgen, route: chat, access: access, seals: seals, grant: grant)
        guard let key = request.fields.value(.idempotencyKey) else {
            try await handler.serve(request, to: sink)
            return
        }
        let name = IdempotentAnswers.Name(tenant: grant?.key.id.rawValue, path: request.path, key: key)
        try await serveOnce(handler, sink, name)
    }

    private func answer(_ route: GatewayRoute, _ grant: AccessGrant?, _ sink: CountedExchange) async throws {
        let request = sink.request
        switch route {
        case .chat: break
        case .embeddings:
            let handler = EmbeddingsHandler(dirgen: dirgen, access: access, grant: grant)
            try await sink.respond(await handler.response(request))
        case .models(let flavour, let native, let name):
            let handler = ModelListHandler(dirgen: dirgen, flavour: flavour, native: native, grant: grant)
            try await sink.respond(handler.response(name, request))
        case .count(let flavour, let native, let model):
            let handler = CountHandler(
                dirgen: dirgen, flavour: flavour, native: native, pathModel: model, seals: seals, grant: grant)
            try await sink.respond(await handler.response(request))
        case .wrongMethod(let flavour, let allowed):
            var response = WholeResponse.refusal(
                ServedError(
                    .badRequest, message: "\(request.method) is not allowed here, but \(allowed)", status: 405), flavour
            )
            response.fields[.allow] = allowed
            try await sink.respond(response)
        case .unknown(let flavour):
            let message = "Unknown request URL: \(request.method) \(request.path)"
            // OpenAI's has no word of its own for it; its only "not found" is of a model.
            let kind: AttemptClass = flavour.errors == .openai ? .badRequest : .modelNotFound
            try await sink.respond(.refusal(ServedError(kind, message: message, status: 404), flavour))
        }
    }

    // MARK: Requests that may be sent again

    private func serveOnce(
        _ handler: ChatHandler, _ sink: CountedExchange, _ name: IdempotentAnswers.Name
    ) async throws {
        let digest = ContentHash.sha256(sink.request.body)
        while true {
            switch kept.claim(name, digest: digest) {
            case .first: return try await serveFirst(handler, sink, name)
            case .repeated(let response): return try await sink.respond(response)
            case .underWay(let wait):
                OverheadClock.enter(.outside)
                for await _ in wait {}
                OverheadClock.enter(.overhead(.other))
                try Task.checkCancellation()
            case .conflict:
                return try await sink.respond(
                    .refusal(
                        ServedError(
                            .conflict, message: "this Idempotency-Key was used for another request", status: 409),
                        handler.route.flavour))
            }
        }
    }

    /// Goes on when the caller leaves, as a task of the server's: who asks again gets the answer.
    private func serveFirst(_ handler: ChatHandler, _ sink: CountedExchange, _ name: IdempotentAnswers.Name)
        async throws
    {
        let (finished, finish) = AsyncStream<Never>.makeStream()
        tasks.add {
            let kept = kept
            let copy = KeptResponse(for: sink)
            let isPaid = await OverheadClock.$current.withValue(sink.clock) {
                (try? await handler.serve(sink.request, to: copy)) ?? false
            }
            if isPaid, let response = await copy.response {
                kept.finish(name, with: response)
            } else {
                kept.abandon(name)
            }
            finish.finish()
        }
        for await _ in finished {}
    }
}

extension OverheadClock {
    /// Gives the time of the current request from now on to a phase.
    static func enter(_ phase: Phase) { current?.enter(phase, at: .now) }

    /// Gives the time of `work` for the current request to a part.
    static func spend<Value>(_ part: Part, _ work: () -> Value) -> Value {
        guard let clock = current else { return work() }
        let before = clock.enter(.overhead(part), at: .now)
        defer { clock.leave(.overhead(part), for: before, at: .now) }
        return work()
    }
}
