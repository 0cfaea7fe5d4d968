public import LLMCore

/// The content of a cache key: everything that changes an answer of one model at one address.
///
/// Its key is made of every stored property, and of theirs: one that is added is part of it at once, and one that cannot be
/// encoded does not compile.
public struct CacheQuestion: Sendable, Hashable, Encodable {
    /// Answers never pass from one tenant to another.
    public var tenant: String?
    public var simulated: Bool
    public var endpoint: String
    public var model: ModelID
    /// With the parameters the model would get, those of the evidence and of the profile filled in.
    public var chat: ChatRequest

    public init(tenant: String?, simulated: Bool, endpoint: String, model: ModelID, chat: ChatRequest) {
        self.tenant = tenant
        self.simulated = simulated
        self.endpoint = endpoint
        self.model = model
        self.chat = chat
    }

    /// The digest under which its answer is kept.
    public var key: CacheKey {
        // In front of everything, so that answers kept under another way of making keys are never found.
        var bytes = Array("dirgen-cache/1".utf8)
        bytes += DigestEncoder.bytes(of: self)
        return CacheKey(rawValue: ContentHash.sha256(bytes))
    }
}
