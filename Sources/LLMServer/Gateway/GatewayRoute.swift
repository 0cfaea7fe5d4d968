import LLMCore
import LLMWire

/// The purpose of a request to the gateway, from its method, path and headers.
enum GatewayRoute: Sendable, Hashable {
    /// A request for an answer, in a dialect.
    struct Chat: Sendable, Hashable {
        var flavour: ServerFlavour
        /// The provider that a bare model name belongs to.
        var native: ProviderID
        /// Gemini has the model, and whether to stream, in the path.
        var model: String?
        var streams = false
        /// Gemini without `alt=sse`.
        var asArray = false
    }

    case chat(Chat)
    /// Tokens of a request that is not sent.
    case count(ServerFlavour, native: ProviderID, model: String?)
    case embeddings
    /// A list of models, or one of it.
    case models(ServerFlavour, native: ProviderID, name: String?)
    /// A path of the gateway that the method does not fit.
    case wrongMethod(ServerFlavour, allowed: String)
    case unknown(ServerFlavour)

    /// Returns `true` for the paths of the gateway, with a slash too many in front, too: a base URL that ends in one makes such.
    static func takes(_ target: String) -> Bool {
        let path = target.hasPrefix("//") ? target.drop { $0 == "/" } : target.dropFirst()
        return target.utf8.first == UInt8(ascii: "/")
            && ["v1/", "v1beta/", "openai/v1/", "v1alpha/"].contains { path.hasPrefix($0) }
    }

    /// - Returns: `nil` for a path that is not the gateway's.
    init?(_ request: WholeRequest) {
        guard Self.takes(request.path) else { return nil }
        // Nearly all requests: no path is taken apart for them.
        if request.method == "POST", let chat = Self.usual[request.path] {
            self = .chat(chat)
            return
        }
        var parts = request.path.split(separator: "/").map { PercentEncoding.decoded($0) }
        if request.path.hasSuffix("/") { parts.append("") }
        if parts[0].hasPrefix("v1"), parts[0] != "v1" || Self.isGemini(Array(parts.dropFirst()), request) {
            self = Self.gemini(Array(parts.dropFirst()), request)
        } else if parts[0] == "openai" {
            self = Self.openAI(Array(parts.dropFirst(2)), request, native: "groq")
        } else if parts.dropFirst().first == "messages" || Self.isAnthropicsList(Array(parts.dropFirst()), request) {
            self = Self.anthropic(Array(parts.dropFirst()), request)
        } else {
            self = Self.openAI(Array(parts.dropFirst()), request, native: "openai")
        }
    }

    private static let usual: [String: Chat] = [
        "/v1/chat/completions": Chat(flavour: .gatewayChat, native: "openai"),
        "/v1/responses": Chat(flavour: .gatewayResponses, native: "openai"),
        "/v1/messages": Chat(flavour: .gatewayAnthropic, native: "anthropic"),
    ]

    private static func openAI(_ rest: [String], _ request: WholeRequest, native: ProviderID) -> GatewayRoute {
        func post(_ route: GatewayRoute) -> GatewayRoute {
            request.method == "POST" ? route : .wrongMethod(.gatewayChat, allowed: "POST")
        }
        switch rest {
        case ["chat", "completions"]: return post(.chat(Chat(flavour: .gatewayChat, native: native)))
        case ["responses"]: return post(.chat(Chat(flavour: .gatewayResponses, native: native)))
        case ["embeddings"]: return post(.embeddings)
        default: return models(rest, request, .gatewayChat, native: native)
        }
    }

    private static func anthropic(_ rest: [String], _ request: WholeRequest) -> GatewayRoute {
        func post(_ route: GatewayRoute) -> GatewayRoute {
            request.method == "POST" ? route : .wrongMethod(.gatewayAnthropic, allowed: "POST")
        }
        switch rest {
        case ["messages"]: return post(.chat(Chat(flavour: .gatewayAnthropic, native: "anthropic")))
        case ["messages", "count_tokens"]:
            return post(.count(.gatewayAnthropic, native: "anthropic", model: nil))
        default: return models(rest, request, .gatewayAnthropic, native: "anthropic")
        }
    }

    /// The lists of two vendors are at one path, and the header tells them apart; no other path is moved by it.
    private static func isAnthropicsList(_ rest: [String], _ request: WholeRequest) -> Bool {
        rest.first == "models" && request.fields.value(.anthropicVersion) != nil
    }

    /// Google's own SDKs use `v1` too.
    private static func isGemini(_ rest: [String], _ request: WholeRequest) -> Bool {
        rest.first == "models"
            && (rest.last?.contains(":") == true && request.method == "POST"
                || request.fields.value(.googleAPIKey) != nil || request.query["key"] != nil)
    }

    private static func gemini(_ rest: [String], _ request: WholeRequest) -> GatewayRoute {
        guard rest.first == "models" else { return .unknown(.gatewayGemini) }
        guard request.method == "POST" else { return models(rest, request, .gatewayGemini, native: "gemini") }
        let name = rest.dropFirst().joined(separator: "/")
        guard let colon = name.lastIndex(of: ":") else { return .wrongMethod(.gatewayGemini, allowed: "GET, HEAD") }
        let model = String(name[..<colon])
        switch name[name.index(after: colon)...] {
        case "generateContent":
            return .chat(Chat(flavour: .gatewayGemini, native: "gemini", model: model))
        case "streamGenerateContent":
            return .chat(
                Chat(
                    flavour: .gatewayGemini, native: "gemini", model: model, streams: true,
                    asArray: request.query["alt"] != "sse"))
        case "countTokens": return .count(.gatewayGemini, native: "gemini", model: model)
        default: return .unknown(.gatewayGemini)
        }
    }

    private static func models(
        _ rest: [String], _ request: WholeRequest, _ flavour: ServerFlavour, native: ProviderID
    ) -> GatewayRoute {
        guard rest.first == "models", rest != ["models", ""] else { return .unknown(flavour) }
        guard request.isReading else { return .wrongMethod(flavour, allowed: "GET, HEAD") }
        return .models(flavour, native: native, name: rest.count > 1 ? rest.dropFirst().joined(separator: "/") : nil)
    }

    /// The dialect of its errors.
    var flavour: ServerFlavour {
        switch self {
        case .chat(let chat): chat.flavour
        case .count(let flavour, _, _), .models(let flavour, _, _), .wrongMethod(let flavour, _), .unknown(let flavour):
            flavour
        case .embeddings: .gatewayChat
        }
    }
}
