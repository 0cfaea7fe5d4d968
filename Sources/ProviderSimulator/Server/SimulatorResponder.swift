import HTTPTypes
import Hummingbird
import LLMCore
import LLMWire
import NIOCore

/// Takes each request to what answers it.
struct SimulatorResponder: HTTPResponder {
    typealias Context = SimulatorContext
    let simulator: Simulator

    func respond(to request: Request, context: SimulatorContext) async throws -> Response {
        let query = request.uri.queryParameters
        let route = Route(
            method: request.method.rawValue, path: request.uri.path, alt: query.get("alt"))
        let exchange = Exchange(
            request: request, channel: context.channel, query: { name in query.get(name) }, simulator: simulator)
        switch route {
        case .inference(let inference): return try await InferenceHandler(exchange, inference).respond()
        case .models(let provider, let flavour, let name):
            return ModelListHandler(exchange, provider, flavour).respond(name)
        case .languageModels: return ModelListHandler(exchange, "xai", .xaiChat).prices()
        case .countTokens(let provider, let flavour, let model):
            return try await CountHandler(exchange, provider, flavour).respond(model)
        case .runner(let call): return try await ModelRunnerHandler(exchange).respond(call)
        case .control(let path): return ControlHandler(exchange).respond(path)
        case .unknown(let provider): return exchange.unknownPath(provider)
        }
    }
}

/// One request with what is needed to answer it.
struct Exchange: Sendable {
    let request: Request
    let channel: any Channel
    let query: @Sendable (String) -> String?
    let simulator: Simulator

    var time: TimeSource { simulator.options.time }
    var path: String { request.uri.path }
    var pause: Pause { Pause(time: time, channel: channel) }

    /// The whole body; `nil` when it is larger than `limit`.
    func body(atMost limit: Int) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= limit else { return nil }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return bytes
    }

    func json(_ value: JSONValue, status: Int = 200) -> Response {
        respond(status, [WireHeader("content-type", "application/json")], value.bytes)
    }

    func text(_ text: String, status: Int = 200) -> Response {
        respond(status, [WireHeader("content-type", "text/plain; charset=utf-8")], Array(text.utf8))
    }

    func respond(_ status: Int, _ headers: [WireHeader], _ body: [UInt8]) -> Response {
        var fields = HTTPFields()
        fields.set(headers)
        return Response(status: .init(code: status), headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// A path no provider has, in the words of the one it is under.
    func unknownPath(_ provider: ProviderID?) -> Response {
        guard let provider, let face = ProviderFace.of(provider) else {
            let known = ProviderFace.all.map(\.basePath).joined(separator: ", ")
            return text("no such path; providers are under \(known), control under /_sim\n", status: 404)
        }
        if provider == .local { return text("404 page not found\n", status: 404) }
        let error = ServedError(
            .badRequest, message: "Unknown request URL: \(request.method.rawValue) \(path)", status: 404)
        let encoded = ErrorWriter.response(error, flavour: face.flavour)
        return respond(encoded.status, encoded.headers, encoded.body)
    }
}

/// Reads the key of a request where its provider expects it.
enum Credentials {
    /// - Parameter queryKey: The query's `key`.
    static func key(_ auth: ProviderFace.Auth, headers: HTTPFields, queryKey: String?) -> String? {
        switch auth {
        case .none: return nil
        case .bearer: return bearer(headers)
        case .header(let name):
            guard let field = HTTPField.Name(name) else { return nil }
            return nonEmpty(headers[field]) ?? bearer(headers)
        case .google:
            guard let field = HTTPField.Name("x-goog-api-key") else { return nil }
            return nonEmpty(headers[field]) ?? nonEmpty(queryKey)
        }
    }

    private static func bearer(_ headers: HTTPFields) -> String? {
        guard let value = headers[.authorization], value.lowercased().hasPrefix("bearer ") else { return nil }
        return nonEmpty(String(value.dropFirst(7).drop(while: \.isWhitespace)))
    }

    private static func nonEmpty(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
}
