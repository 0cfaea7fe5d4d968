import LLMCore
import LLMWire

/// The error response that a fault asks for.
enum FaultResponse {
    static func make(
        _ effect: FaultEffect, flavour: ServerFlavour, model: String, requestID: String, timeScale: Double
    ) -> ServedResponse {
        let status = effect.status
        let kind = effect.fail ?? kind(status ?? 500)
        var error = ServedError(kind, message: effect.message, status: status, model: model)
        error.retryAfter = effect.retryAfter.map { .milliseconds($0) * timeScale }
        if kind == .rateLimited, let window = effect.window {
            error.limit = .init(resource: .requests, window: window, limit: 1, used: 1, requested: 1)
        }
        var response = ErrorWriter.response(error, flavour: flavour, requestID: requestID)
        switch effect.body {
        case .text(let text):
            response.body = Array(text.utf8)
            response.headers[0] = WireHeader("content-type", "text/plain; charset=utf-8")
        case .json(let value):
            response.body = value.bytes
            response.headers[0] = WireHeader("content-type", "application/json")
        case nil: break
        }
        return response
    }

    /// The class whose words suit a bare status.
    private static func kind(_ status: Int) -> AttemptClass {
        switch status {
        case 401: .auth
        case 402: .quotaExhausted
        case 403: .permission
        case 404: .modelNotFound
        case 409: .conflict
        case 413: .payloadTooLarge
        case 429: .rateLimited
        case 503, 529: .overloaded
        case 504: .timeoutTotal
        case 400..<500: .badRequest
        default: .serverError
        }
    }
}
