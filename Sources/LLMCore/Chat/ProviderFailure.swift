/// A failure in the provider's own words, redacted and cut to a length that logs can bear.
public struct ProviderFailure: Sendable, Hashable, Codable {
    public var status: Int?
    /// The provider's `type` or `status` word.
    public var type: String?
    public var code: String?
    public var param: String?
    /// Never holds a key; control characters removed; at most 500 characters.
    public var message: String
    /// Tokens of a prompt that did not fit, where the provider told; `nil` unknown. Not stored.
    public var promptTokens: Int?
    /// Tokens that the model's context holds, where the provider told; `nil` unknown. Not stored.
    public var contextLimit: Int?

    public init(status: Int? = nil, type: String? = nil, code: String? = nil, param: String? = nil, message: String) {
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.message = message
    }
}
