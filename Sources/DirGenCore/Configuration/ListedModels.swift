public import LLMCore

/// The models of a local server's list that stand in for the catalogue's.
public struct ListedModels: Sendable, Hashable {
    /// The default first; empty where the list holds no model that can chat.
    public let models: [ModelID]
    /// The catalogue's default, which the server does not list; `nil` where it does, or where there is none.
    public let missing: ModelID?
    private let names: [String]

    /// `nil` where the list is empty: then nothing is known of what the server has.
    init?(_ names: [String], of provider: ProviderID, instead defaults: [ModelID]) {
        guard !names.isEmpty else { return nil }
        self.names = names
        let listed = Set(names.map(LocalModelName.canonical))
        let kept = defaults.filter { listed.contains(LocalModelName.canonical($0.name)) }
        let first = names.first(where: ListedModels.chats).map { ModelID(provider: provider, name: $0) }
        models = kept.isEmpty ? [first].compactMap(\.self) : kept
        missing = defaults.first.flatMap { kept.contains($0) ? nil : $0 }
    }

    /// A message for users where the default differs from the catalogue's; `nil` where it does not.
    public var note: String? {
        guard let missing, let used = models.first else { return nil }
        return "\(missing.provider) does not list \(missing.name): its \(used.name) is used"
    }

    /// The reason for which the server cannot be asked without a name; `nil` where it can.
    var obstacle: String? {
        models.isEmpty ? "the server lists no model that can chat: \(ListedModels.shown(names))" : nil
    }

    /// A name as lists are searched by it: servers take any case, and a tag `latest` may be left out.
    static func key(of name: String) -> String { LocalModelName.canonical(name).lowercased() }

    /// The message for a model that a server does not list.
    static func refusal(listing names: [String]) -> String {
        "the server does not list it; it lists \(shown(names))"
    }

    private static func shown(_ names: [String]) -> String {
        names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
    }

    /// Returns `false` for a name that tells of embeddings, reranking or speech: such a model refuses a chat, or answers nonsense.
    static func chats(_ name: String) -> Bool {
        let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
        return !words.contains { word in
            otherWords.contains(String(word)) || otherParts.contains { word.contains($0) }
        }
    }

    private static let otherWords: Set<String> = [
        "bge", "clip", "colbert", "e5", "gte", "kokoro", "parakeet", "piper", "tts",
    ]
    private static let otherParts = ["embed", "minilm", "rerank", "whisper"]
}
