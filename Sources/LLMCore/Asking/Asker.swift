/// The service as its callers see it. `LLMService` is one; tests and the bench's fakes are others.
public protocol Asker: Sendable {
    /// Starts the question. Whatever fails is in the `CallRecord` that ends the stream.
    func ask(_ request: AskRequest) -> AnswerStream
}
