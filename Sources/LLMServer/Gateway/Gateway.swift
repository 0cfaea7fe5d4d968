import DirGenCore
import HTTPTypes
import LLMCore
import LLMWire

/// The gateway: the vendors' own APIs, answered by whichever provider the service chooses.
struct Gateway: ExchangeRouter {
    let dirgen: DirGen
    let tasks: ExchangeTasks

    func takes(_ head: HTTPRequest) -> Bool { head.path.map { GatewayRoute.takes($0) } ?? false }

    func serve(_ exchange: Exchange) {
        tasks.add { await exchange.serve { try await answer($0) } }
    }

    func tooLarge(_ request: GatewayRequest, limit: Int) -> GatewayResponse {
        .refusal(
            ServedError(.payloadTooLarge, message: "the body is larger than \(limit) bytes"),
            GatewayRoute(request)?.flavour ?? .gatewayChat)
    }

    private func answer(_ exchange: Exchange) async throws {
        guard let route = GatewayRoute(exchange.request) else { return }
        switch route {
        case .chat(let chat): try await ChatHandler(dirgen: dirgen, route: chat).serve(exchange)
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
}
