public import LLMCore

/// The families that a model descends from, by its name: judges favour answers of their own.
///
/// A model may be of several: one distilled from another's answers, or trained further by somebody else.
public enum ModelFamily {
    /// The family that two models share; `nil` when they share none that their names tell.
    public static func shared(_ left: ModelID, _ right: ModelID) -> String? {
        families(of: left).intersection(families(of: right)).min()
    }

    /// Never empty: a name that tells nothing is a family of its own.
    static func families(of model: ModelID) -> Set<String> {
        let words = NameWords.split(model.name)
        // `llama3` is a `llama`; `o3` is itself.
        let stems = words.map { String($0.prefix { $0.isLetter }) }
        let named = Set((words + stems).compactMap { makers[$0] })
        if !named.isEmpty { return named }
        return [vendors[model.provider.rawValue] ?? stems.first { $0.count > 1 } ?? model.name]
    }

    /// Providers that sell only models of their own.
    private static let vendors = [
        "openai": "OpenAI", "anthropic": "Anthropic", "gemini": "Google", "xai": "xAI", "deepseek": "DeepSeek",
        "mistral": "Mistral",
    ]

    /// The words of models' names by their makers, 2026-11-29.
    private static let makers: [String: String] = {
        let words = [
            "OpenAI": ["gpt", "chatgpt", "o1", "o3", "o4", "codex", "openai"],
            "Anthropic": ["claude", "anthropic"],
            "Google": ["gemini", "gemma", "codegemma", "medgemma", "palm", "google"],
            "xAI": ["grok", "xai"],
            "Meta": ["llama", "codellama", "meta"],
            "Mistral": [
                "mistral", "mixtral", "ministral", "codestral", "devstral", "magistral", "pixtral", "mistralai",
            ],
            "Alibaba": ["qwen", "qwq", "qvq", "alibaba"],
            "DeepSeek": ["deepseek"],
            "Microsoft": ["phi", "microsoft"],
            "Hugging Face": ["smollm", "zephyr"],
            "Moonshot": ["kimi", "moonshot", "moonshotai"],
            "Zhipu": ["glm", "chatglm", "zai"],
            "Cohere": ["command", "aya", "cohere"],
            "Amazon": ["nova", "titan", "amazon"],
            "NVIDIA": ["nemotron", "nvidia"],
            "IBM": ["granite", "ibm"],
            "01.AI": ["yi"],
            "MiniMax": ["minimax"],
            "AI21": ["jamba", "jurassic"],
            "Ai2": ["olmo", "tulu", "molmo"],
            "TII": ["falcon"],
            "Baidu": ["ernie"],
            "Tencent": ["hunyuan"],
            "ByteDance": ["doubao", "seed"],
        ]
        return Dictionary(words.flatMap { maker, words in words.map { ($0, maker) } }) { first, _ in first }
    }()
}
