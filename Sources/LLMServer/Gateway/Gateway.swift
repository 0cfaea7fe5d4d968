import DirGenAPI
import DirGenCore
import HTTPTypes
import LLMCore
import LLMWire

/// The gateway: the vendors' own APIs, answered by whichever provider the service chooses.
struct Gateway: ExchangeRouter {
    let dirgen: DirGen
    let tasks: ExchangeTasks
    let kept = IdempotentAnswers()

    func takes(_ head: HTTPRequest) -> Bool { head.path.map { GatewayRoute.takes($0) } ?? false }

    func serve(_ exchange: Exchange) {
        tasks.add {
            guard let name = keptName(exchange.request) else { return await exchange.serve { try await answer($0) } }
            await serveOnce(exchange, name)
        }
    }

    func tooLarge(_ request: GatewayRequest, limit: Int) -> GatewayResponse {
        .refusal(
            ServedError(.payloadTooLarge, message: "the body is larger than \(limit) bytes"),
            GatewayRoute(request)?.flavour ?? .gatewayChat)
    }

    func refusal(of request: GatewayRequest, _ reason: BrowserGuard.Refusal) -> GatewayResponse {
        guard let route = GatewayRoute(request) else {
            return .problem(.invalidInput, reason.rawValue, status: reason.status)
        }
        return .refusal(
            ServedError(.permission, message: reason.rawValue, status: reason.status.code), route.flavour)
    }

    private func answer(_ exchange: Exchange) async throws {
        guard let route = GatewayRoute(exchange.request) else { return }
        switch route {
        case .chat(let chat):
            try await ChatHandler(dirgen: dirgen, route: chat).serve(exchange.request, to: exchange)
        case .embeddings: try await EmbeddingsHandler(dirgen: dirgen).serve(exchange)
        case .models(let flavour, let name):
            let list = ModelListHandler(dirgen: dirgen, flavour: flavour)
            try await exchange.respond(list.response(name, exchange.request))
        case .count(let flavour, let native, let model):
            let handler = CountHandler(dirgen: dirgen, flavour: flavour, native: native, pathModel: model)
            try await exchange.respond(await handler.response(exchange.request))
        case .wrongMethod(let flavour, let allowed):
            let method = exchange.request.method
            var response = GatewayResponse.refusal(
                ServedError(.badRequest, message: "\(method) is not allowed here; \(allowed) is", status: 405), flavour)
            response.fields[.allow] = allowed
            try await exchange.respond(response)
        case .unknown(let flavour):
            let request = exchange.request
            try await exchange.respond(
                .refusal(
                    ServedError(
                        .badRequest, message: "Unknown request URL: \(request.method) \(request.path)", status: 404),
                    flavour))
        }
    }

    // MARK: Requests that may be sent again

    /// The name of a request that must not be paid twice; `nil` for one that asks for nothing of the kind.
    private func keptName(_ request: GatewayRequest) -> IdempotentAnswers.Name? {
        guard let key = request.header("idempotency-key"), case .chat? = GatewayRoute(request) else { return nil }
        return IdempotentAnswers.Name(tenant: nil, path: request.path, key: key)
    }

    private func serveOnce(_ exchange: Exchange, _ name: IdempotentAnswers.Name) async {
        let digest = ContentHash.sha256(exchange.request.body)
        do {
            while true {
                switch kept.claim(name, digest: digest) {
                case .first: return await serveFirst(exchange, name)
                case .repeated(let response): return try await exchange.respond(response)
                case .underWay(let wait):
                    for await _ in wait {}
                    try Task.checkCancellation()
                case .conflict:
                    let flavour = GatewayRoute(exchange.request)?.flavour ?? .gatewayChat
                    return try await exchange.respond(
                        .refusal(
                            ServedError(
                                .conflict, message: "this Idempotency-Key was used for another request", status: 409),
                            flavour))
                }
            }
        } catch {
            await exchange.breakOff()
        }
    }

    /// Goes on when the caller leaves: who asks again gets the answer.
    private func serveFirst(_ exchange: Exchange, _ name: IdempotentAnswers.Name) async {
        guard case .chat(let chat)? = GatewayRoute(exchange.request) else { return kept.abandon(name) }
        let sink = KeptResponse(for: exchange)
        do {
            let isPaid = try await ChatHandler(dirgen: dirgen, route: chat).serve(exchange.request, to: sink)
            if isPaid, let response = await sink.response {
                kept.finish(name, with: response)
            } else {
                kept.abandon(name)
            }
        } catch {
            kept.abandon(name)
            await exchange.breakOff()
        }
    }
}
