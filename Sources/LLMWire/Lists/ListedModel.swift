/// A model as a provider's list names it.
public struct ListedModel: Sendable, Hashable {
    /// The name to ask for; Gemini's `models/` prefix is dropped.
    public var id: String
    /// Tokens the model can read, where the list says so.
    public var contextWindow: Int?
    /// Tokens it can write in one answer, where the list says so.
    public var maxOutput: Int?
    /// False when the list says that the model does not generate text: embeddings, images, speech, or out of service.
    public var generatesText: Bool

    public init(id: String, contextWindow: Int? = nil, maxOutput: Int? = nil, generatesText: Bool = true) {
        self.id = id
        self.contextWindow = contextWindow
        self.maxOutput = maxOutput
        self.generatesText = generatesText
    }
}

/// One page of a provider's list.
package struct ModelListPage: Sendable, Hashable {
    package var models: [ListedModel]
    /// Hand to ``ModelListDecoder/request(dialect:quirks:after:)`` for the next page; `nil` on the last.
    package var next: String?

    package init(models: [ListedModel], next: String? = nil) {
        self.models = models
        self.next = next
    }
}
