import LLMCore
import Yams

/// One entry of LiteLLM's `model_list`.
struct LiteLLMDeployment {
    /// One thing that cannot be carried over, and where it stands.
    struct Fault: Error {
        var message: String
        var line: Int?
        var column: Int?

        init(message: String, node: Node? = nil) {
            self.message = message
            line = node?.mark?.line
            column = node?.mark?.column
        }
    }

    /// The name that clients use.
    let name: String
    /// The provider's own name.
    let model: String
    let provider: LiteLLMConfiguration.Provider

    init(_ node: Node) throws(Fault) {
        guard let members = node.mapping else { throw Fault(message: "model_list: expected a mapping") }
        for (key, value) in members where !["model_name", "litellm_params", "model_info"].contains(key.string ?? "") {
            throw Fault(message: "\(key.string ?? ""): cannot be carried over", node: value)
        }
        guard let name = node["model_name"]?.string else { throw Fault(message: "model_name is missing") }
        guard let params = node["litellm_params"], let pairs = params.mapping else {
            throw Fault(message: "\(name): litellm_params is missing")
        }
        for (key, value) in pairs where !["model", "api_base", "api_key"].contains(key.string ?? "") {
            // Its value is not repeated: it may be a secret.
            throw Fault(message: "\(name): litellm_params.\(key.string ?? "") cannot be carried over", node: value)
        }
        guard let written = params["model"]?.string else {
            throw Fault(message: "\(name): litellm_params.model is missing")
        }
        let variable = try LiteLLMDeployment.variable(params["api_key"], name)
        let base = try LiteLLMDeployment.address(params["api_base"], name)
        let parts = written.split(separator: "/", maxSplits: 1).map(String.init)
        // Without a provider it is one of OpenAI's.
        let (prefix, model) = parts.count > 1 ? (parts[0], parts[1]) : ("openai", written)
        guard let vendor = LiteLLMVendor.known[prefix] else {
            throw Fault(message: "\(name): the protocol of \(prefix.prefix(40)) is not spoken", node: params["model"])
        }
        self.name = name
        self.model = model
        provider = try vendor.provider(prefix, base: base, variable: variable, name: name, at: params["model"])
    }

    /// `NAME` of `os.environ/NAME`. Anything else may be the key itself, and is not repeated.
    private static func variable(_ node: Node?, _ name: String) throws(Fault) -> String? {
        guard let node, let text = node.string, !text.isEmpty else { return nil }
        let variable = text.hasPrefix("os.environ/") ? String(text.dropFirst(11)) : ""
        let isName =
            !variable.isEmpty && variable.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard isName else {
            throw Fault(
                message: "\(name): api_key holds a key; put it into an environment variable and write os.environ/NAME",
                node: node)
        }
        return variable
    }

    private static func address(_ node: Node?, _ name: String) throws(Fault) -> String? {
        guard let node, let text = node.string, !text.isEmpty else { return nil }
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), !text.contains("@"), !text.contains("?") else {
            throw Fault(
                message: "\(name): api_base must be written out: http or https, without credentials", node: node)
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

/// A provider that LiteLLM knows and whose protocol is spoken here.
private struct LiteLLMVendor {
    /// A name of ours that is built in.
    var builtIn: String?
    var dialect = "openai"
    /// The address of a provider that is not built in.
    var base: String?
    var keyVariable: String?
    var isLocal = false

    static let known: [String: LiteLLMVendor] = [
        "openai": LiteLLMVendor(builtIn: "openai", keyVariable: "OPENAI_API_KEY"),
        "anthropic": LiteLLMVendor(builtIn: "anthropic", dialect: "anthropic", keyVariable: "ANTHROPIC_API_KEY"),
        "gemini": LiteLLMVendor(builtIn: "gemini", dialect: "gemini", keyVariable: "GEMINI_API_KEY"),
        "groq": LiteLLMVendor(builtIn: "groq", keyVariable: "GROQ_API_KEY"),
        "xai": LiteLLMVendor(builtIn: "xai", keyVariable: "XAI_API_KEY"),
        "together_ai": LiteLLMVendor(base: "https://api.together.xyz/v1", keyVariable: "TOGETHERAI_API_KEY"),
        "openrouter": LiteLLMVendor(base: "https://openrouter.ai/api/v1", keyVariable: "OPENROUTER_API_KEY"),
        "mistral": LiteLLMVendor(base: "https://api.mistral.ai/v1", keyVariable: "MISTRAL_API_KEY"),
        "deepseek": LiteLLMVendor(base: "https://api.deepseek.com/v1", keyVariable: "DEEPSEEK_API_KEY"),
        "cerebras": LiteLLMVendor(base: "https://api.cerebras.ai/v1", keyVariable: "CEREBRAS_API_KEY"),
        "fireworks_ai": LiteLLMVendor(base: "https://api.fireworks.ai/inference/v1", keyVariable: "FIREWORKS_API_KEY"),
        "hosted_vllm": LiteLLMVendor(isLocal: true), "lm_studio": LiteLLMVendor(isLocal: true),
        "llamafile": LiteLLMVendor(isLocal: true), "openai_like": LiteLLMVendor(), "custom_openai": LiteLLMVendor(),
    ]

    func provider(
        _ prefix: String, base given: String?, variable: String?, name: String, at node: Node?
    ) throws(LiteLLMDeployment.Fault) -> LiteLLMConfiguration.Provider {
        let plain = prefix.replacing("_", with: "-")
        // At its usual address and with its usual key it is the built-in row.
        if let builtIn, given == nil {
            let isUsual = variable == nil || variable == keyVariable
            let name = isUsual ? builtIn : "\(builtIn)-\((variable ?? "").lowercased().replacing("_", with: "-"))"
            return .init(
                name: name, dialect: isUsual ? nil : dialect, baseURL: isUsual ? nil : Self.addresses[builtIn],
                keyVariable: variable ?? keyVariable, isLocal: false, models: [])
        }
        guard let address = given ?? base else {
            throw .init(message: "\(name): api_base is missing, and \(prefix) has no address of its own", node: node)
        }
        return .init(
            name: given == nil ? plain : Self.host(of: address), dialect: dialect, baseURL: address,
            keyVariable: variable ?? (isLocal ? nil : keyVariable), isLocal: isLocal, models: [])
    }

    private static let addresses = [
        "openai": "https://api.openai.com/v1", "anthropic": "https://api.anthropic.com",
        "gemini": "https://generativelanguage.googleapis.com", "groq": "https://api.groq.com",
        "xai": "https://api.x.ai/v1",
    ]

    /// `llm-mylab-org` of `https://llm.mylab.org/v1`.
    private static func host(of address: String) -> String {
        let rest = address.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? "server"
        return rest.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    }
}
