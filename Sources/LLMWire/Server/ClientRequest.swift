package import LLMCore

/// A client's request, decoded: what is asked, of which model, and how the answer is to be written.
package struct ClientRequest: Sendable, Hashable {
    /// The model as the client named it.
    package var model: String
    /// `original` holds the client's own bytes.
    package var request: ChatRequest
    /// The client asked for usage inside the stream.
    package var includeUsage: Bool
    /// The client asked to see reasoning.
    package var showThinking: Bool
    /// The body as JSON, for fields that have no place in ``ChatRequest``.
    package var body: JSONObject

    package init(
        model: String, request: ChatRequest, includeUsage: Bool = false, showThinking: Bool = false,
        body: JSONObject = .init()
    ) {
        self.model = model
        self.request = request
        self.includeUsage = includeUsage
        self.showThinking = showThinking
        self.body = body
    }
}

/// A refusal of a client's request before any model received it. ``ErrorWriter`` words it as each provider does.
package struct RequestRejection: Error, Sendable, Hashable {
    package enum Problem: Sendable, Hashable {
        /// The body is not JSON; the parser's message.
        case invalidJSON(String)
        case missing
        case wrongType(expected: String, found: String)
        case outOfRange(JSONNumber, minimum: Double, maximum: Double)
        case unknownValue(String, allowed: [String])
        /// With what to use instead, when there is something.
        case unsupported(instead: String?)
        case empty
    }
    /// The member's path, as `messages[0].role`; empty for the body itself.
    package var field: String
    package var problem: Problem

    package init(_ field: String, _ problem: Problem) {
        self.field = field
        self.problem = problem
    }
}
