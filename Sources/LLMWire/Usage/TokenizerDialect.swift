import LLMCore

/// The form of a local engine's tokenizer endpoint: it takes a text, and returns its tokens or their number.
package enum TokenizerDialect: Sendable, Hashable, CaseIterable {
    /// `POST /extras/tokenize/count` of llama-cpp-python's server.
    case llamaCppPython
    /// `POST /tokenize` of llama.cpp's own server.
    case llamaCpp

    /// - Returns: A request below the engine's root, not below its `/v1`.
    package func request(for text: String, model: String) -> WireRequest {
        let (path, field) =
            switch self {
            case .llamaCppPython: ("/extras/tokenize/count", "input")
            case .llamaCpp: ("/tokenize", "content")
            }
        let body: JSONValue = ["model": .string(model), field: .string(text)]
        return WireRequest(
            method: "POST", path: path,
            headers: [("accept", "application/json"), ("content-type", "application/json")], body: body.bytes)
    }

    /// The number of tokens in an answer; `nil` where it holds none.
    package func count(in body: [UInt8]) -> Int? {
        guard let json = try? JSONValue.parse(body) else { return nil }
        return switch self {
        case .llamaCppPython: json["count"]?.int.flatMap { $0 >= 0 ? $0 : nil }
        case .llamaCpp: json["tokens"]?.array?.count
        }
    }
}
