import LLMCore
import LLMWire

/// The purpose of a request, from its method and path.
enum Route: Sendable, Hashable {
    struct Inference: Sendable, Hashable {
        var provider: ProviderID
        var flavour: ServerFlavour
        /// Gemini has the model, and whether to stream, in the path.
        var model: String?
        var streams = false
        /// Gemini without `alt=sse`.
        var asArray = false
    }
    enum Runner: Sendable, Hashable {
        case root, version, create, list, ps, status, disk, unload, configure
        case entry(String)
    }

    case inference(Inference)
    /// A list, or one model of it.
    case models(ProviderID, ServerFlavour, name: String?)
    case languageModels
    case countTokens(ProviderID, ServerFlavour, model: String?)
    case runner(Runner)
    case control(String)
    case unknown(ProviderID?)

    /// - Parameters:
    ///   - path: As sent, without the query.
    ///   - alt: The query's `alt`.
    init(method: String, path: String, alt: String?) {
        let parts = path.split(separator: "/").map { PercentEncoding.decoded($0) }
        let get = method == "GET"
        switch parts.first {
        case "_sim": self = .control(parts.dropFirst().joined(separator: "/"))
        case "openai":
            self = Self.chatLike(
                "openai", Array(parts.dropFirst()), get, under: ["v1"], .openAIChat, .openAIResponses)
        case "groq":
            self = Self.chatLike(
                "groq", Array(parts.dropFirst()), get, under: ["openai", "v1"], .groqChat, .groqResponses)
        case "xai":
            let rest = Array(parts.dropFirst())
            let prices = get && rest == ["v1", "language-models"]
            self = prices ? .languageModels : Self.chatLike("xai", rest, get, under: ["v1"], .xaiChat, .xaiResponses)
        case "anthropic": self = Self.anthropic(Array(parts.dropFirst()), get)
        case "gemini": self = Self.gemini(Array(parts.dropFirst()), get, alt)
        case "local": self = Self.local(Array(parts.dropFirst()), method)
        default: self = .unknown(nil)
        }
    }

    private static func chatLike(
        _ provider: ProviderID, _ parts: [String], _ get: Bool, under: [String], _ chat: ServerFlavour,
        _ responses: ServerFlavour
    ) -> Route {
        guard parts.starts(with: under) else { return .unknown(provider) }
        let rest = Array(parts.dropFirst(under.count))
        if get, rest.first == "models" { return .models(provider, chat, name: name(rest.dropFirst())) }
        if !get, rest == ["chat", "completions"] { return .inference(.init(provider: provider, flavour: chat)) }
        if !get, rest == ["responses"] { return .inference(.init(provider: provider, flavour: responses)) }
        return .unknown(provider)
    }

    private static func anthropic(_ parts: [String], _ get: Bool) -> Route {
        guard parts.first == "v1" else { return .unknown("anthropic") }
        let rest = Array(parts.dropFirst())
        if get, rest.first == "models" { return .models("anthropic", .anthropic, name: name(rest.dropFirst())) }
        if !get, rest == ["messages"] { return .inference(.init(provider: "anthropic", flavour: .anthropic)) }
        if !get, rest == ["messages", "count_tokens"] { return .countTokens("anthropic", .anthropic, model: nil) }
        return .unknown("anthropic")
    }

    private static func gemini(_ parts: [String], _ get: Bool, _ alt: String?) -> Route {
        guard parts.count >= 2, parts[0].hasPrefix("v1"), parts[1] == "models" else { return .unknown("gemini") }
        let rest = parts.dropFirst(2)
        if get { return .models("gemini", .gemini, name: name(rest)) }
        guard let last = rest.last, let colon = last.lastIndex(of: ":") else { return .unknown("gemini") }
        let model = (rest.dropLast() + [String(last[..<colon])]).joined(separator: "/")
        switch last[last.index(after: colon)...] {
        case "generateContent":
            return .inference(.init(provider: "gemini", flavour: .gemini, model: model))
        case "streamGenerateContent":
            return .inference(
                .init(provider: "gemini", flavour: .gemini, model: model, streams: true, asArray: alt != "sse"))
        case "countTokens": return .countTokens("gemini", .gemini, model: model)
        default: return .unknown("gemini")
        }
    }

    private static let engines: Set<String> = ["llama.cpp", "vllm", "sglang", "mlx"]

    private static func local(_ parts: [String], _ method: String) -> Route {
        let get = method == "GET"
        switch parts.first {
        case nil: return get ? .runner(.root) : .unknown(.local)
        case "version": return get ? .runner(.version) : .unknown(.local)
        case "models": return stock(Array(parts.dropFirst()), method)
        case "v1": return engine(Array(parts.dropFirst()), get)
        case "engines": break
        default: return .unknown(.local)
        }
        var rest = Array(parts.dropFirst())
        if let first = rest.first, engines.contains(first) { rest.removeFirst() }
        switch rest {
        case ["ps"] where get: return .runner(.ps)
        case ["status"] where get: return .runner(.status)
        case ["df"] where get: return .runner(.disk)
        case ["unload"] where !get: return .runner(.unload)
        case ["_configure"]: return .runner(.configure)
        default: return rest.first == "v1" ? engine(Array(rest.dropFirst()), get) : .unknown(.local)
        }
    }

    private static func stock(_ rest: [String], _ method: String) -> Route {
        if rest.isEmpty { return method == "GET" ? .runner(.list) : .unknown(.local) }
        if rest == ["create"], method == "POST" { return .runner(.create) }
        return method == "GET" || method == "DELETE"
            ? .runner(.entry(rest.joined(separator: "/"))) : .unknown(.local)
    }

    private static func engine(_ rest: [String], _ get: Bool) -> Route {
        if get, rest.first == "models" { return .models(.local, .llamaCpp, name: name(rest.dropFirst())) }
        if !get, rest == ["chat", "completions"] { return .inference(.init(provider: .local, flavour: .llamaCpp)) }
        return .unknown(.local)
    }

    private static func name(_ parts: ArraySlice<String>) -> String? {
        parts.isEmpty ? nil : parts.joined(separator: "/")
    }
}
