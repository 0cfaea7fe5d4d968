import Foundation
import LLMCore
import LLMWire
import Testing

/// One recorded exchange with a provider.
struct Exchange: Sendable {
    let id: String
    let provider: String
    let api: String
    let isStreaming: Bool
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    let expect: JSONObject
    let dialect: WireDialect
    let quirks: DialectQuirks
}

/// The recordings, in the folder that `DIRGEN_WIRE_CORPUS` names or beside the package.
enum Corpus {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["DIRGEN_WIRE_CORPUS"], !path.isEmpty {
            return URL(fileURLWithPath: path)
        }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared/wire")
    }()

    static let isPresent = FileManager.default.fileExists(atPath: folder.path)
    static let absence: Comment = "no recorded exchanges; DIRGEN_WIRE_CORPUS names their folder"

    /// The exchanges of a folder that is present.
    static var recorded: [Exchange] {
        get throws {
            let exchanges = exchanges ?? []
            try #require(!exchanges.isEmpty, "\(folder.path) exists but holds no exchange")
            return exchanges
        }
    }

    /// `nil` when there is no folder; an empty list when the folder holds no exchange.
    private static let exchanges: [Exchange]? = {
        let files = FileManager.default
        guard files.fileExists(atPath: folder.path) else { return nil }
        let folders = (try? files.contentsOfDirectory(atPath: folder.path)) ?? []
        return folders.sorted().flatMap { name -> [Exchange] in
            let place = folder.appendingPathComponent(name)
            let names = (try? files.contentsOfDirectory(atPath: place.path)) ?? []
            return names.filter { $0.hasSuffix(".json") }.sorted().compactMap {
                read(place.appendingPathComponent($0))
            }
        }
    }()

    /// For tests that need one recording: those whose id ends so.
    static func exchange(_ suffix: String) -> Exchange? { exchanges?.first { $0.id.hasSuffix(suffix) } }

    private static func read(_ file: URL) -> Exchange? {
        guard let data = try? Data(contentsOf: file), let json = try? JSONValue.parse(data),
            let id = json["id"]?.string, let provider = json["provider"]?.string, let api = json["api"]?.string,
            let response = json["response"], let status = response["status"]?.int, let body = response["body"]?.string,
            let expect = json["expect"]?.object
        else { return nil }
        let headers = (response["headers"]?.object?.members ?? []).map { (name: $0.key, value: $0.value.string ?? "") }
        return Exchange(
            id: id, provider: provider, api: api, isStreaming: json["streaming"] == true, status: status,
            headers: headers, body: Array(body.utf8), expect: expect, dialect: dialect(api, provider: provider),
            quirks: quirks(provider, service: json["service"]?.string ?? ""))
    }

    private static func dialect(_ api: String, provider: String) -> WireDialect {
        switch api {
        case "responses": .openaiResponses
        case "messages": .anthropic
        case "generateContent", "streamGenerateContent": .gemini
        case "models": provider == "anthropic" ? .anthropic : provider == "gemini" ? .gemini : .openai
        default: .openai
        }
    }

    private static func quirks(_ provider: String, service: String) -> DialectQuirks {
        guard provider == "openai-compatible" else { return DialectQuirks.presets[provider] ?? .generic }
        return service.contains("llama.cpp") ? .local : .generic
    }
}
