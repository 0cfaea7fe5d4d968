import Foundation
import LLMCore
import LLMWire
import Testing

/// One recorded exchange of a program with a provider, and what an independent reader found in the answer.
struct RecordedExchange: Sendable {
    var id: String
    /// The provider that plays it here.
    var provider: ProviderID
    var dialect: WireDialect
    var isStreaming: Bool
    /// With its query, but no key.
    var path: String
    /// `nil` where the recorder kept none.
    var request: JSONObject?
    var status: Int
    var type: String
    var body: [UInt8]
    var expect: JSONObject

    /// The stream that Gemini sends without `alt=sse`.
    var isArray: Bool { expect["framing"] == "json-array" }
}

extension RecordedExchange {
    /// The folder that `DIRGEN_WIRE_CORPUS` names, or the one beside the package.
    private static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["DIRGEN_WIRE_CORPUS"], !path.isEmpty {
            return URL(filePath: path)
        }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appending(path: "shared/wire")
    }()

    static let isPresent = FileManager.default.fileExists(atPath: folder.path)
    static let absence: Comment = "no recorded exchanges; DIRGEN_WIRE_CORPUS names their folder"

    /// All answers and refusals of a provider, by the name of its folder; lists of models are left out.
    static func all(of folder: String) throws -> [RecordedExchange] {
        let place = Self.folder.appending(path: folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: place.path)
        let read = try names.filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
            RecordedExchange(try JSONValue.parse(Data(contentsOf: place.appending(path: name))))
        }
        try #require(!read.isEmpty, "\(place.path) holds no exchange")
        return read
    }

    private init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let api = json["api"]?.string, api != "models",
            let provider = json["provider"]?.string, let response = json["response"],
            let status = response["status"]?.int, let body = response["body"]?.string,
            let expect = json["expect"]?.object
        else { return nil }
        self.id = id
        dialect =
            switch api {
            case "responses": .openaiResponses
            case "messages": .anthropic
            case "generateContent", "streamGenerateContent": .gemini
            default: .openai
            }
        // Compatible servers are reached by the address of OpenAI.
        self.provider = provider == "openai-compatible" ? "openai" : ProviderID(provider)
        isStreaming = json["streaming"] == true
        path = Self.path(json["request"]?["path"]?.string ?? "", of: self.provider, dialect)
        request = json["request"]?["body"]?.object
        self.status = status
        let headers = (response["headers"]?.object?.members ?? []).map { ($0.key.lowercased(), $0.value.string ?? "") }
        type =
            headers.first { $0.0 == "content-type" }?.1
            ?? (isStreaming ? "text/event-stream" : "application/json")
        self.body = Array(body.utf8)
        self.expect = expect
    }

    /// The path at the gateway, which only Groq's and Gemini's programs choose themselves.
    private static func path(_ recorded: String, of provider: ProviderID, _ dialect: WireDialect) -> String {
        let prefix = provider == "groq" ? "/openai" : ""
        switch dialect {
        case .openai: return prefix + "/v1/chat/completions"
        case .openaiResponses: return prefix + "/v1/responses"
        case .anthropic: return "/v1/messages"
        case .gemini: return recorded
        }
    }
}

extension RecordedExchange {
    /// The whole response of the provider.
    var response: [UInt8] {
        Array("HTTP/1.1 \(status) X\r\ncontent-type: \(type)\r\ncontent-length: \(body.count)\r\n\r\n".utf8) + body
    }

    /// The environment of a gateway whose only provider is the server at this port.
    func environment(port: Int) -> [String: String] {
        let (name, path) =
            switch provider {
            case "anthropic": ("ANTHROPIC", "")
            case "gemini": ("GEMINI", "")
            case "groq": ("GROQ", "")
            case "xai": ("XAI", "/v1")
            default: ("OPENAI", "/v1")
            }
        return ["\(name)_BASE_URL": "http://127.0.0.1:\(port)\(path)", "\(name)_API_KEY": "sk-of-the-gateway"]
    }

    /// The model as the program named it, at the provider that plays it.
    var model: String {
        let name = request?["model"]?.string ?? "some-model"
        return "\(provider)/\(name)"
    }
}
