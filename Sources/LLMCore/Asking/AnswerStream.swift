/// The answer to one question. Throws `CancellationError` only.
///
/// Pull-based: nothing is sent before the first `next()`, and leaving the iteration closes the connection.
public struct AnswerStream: AsyncSequence, Sendable {
    public typealias Element = AnswerEvent
    public typealias Failure = any Error

    private let make: @Sendable () -> Next
    public typealias Next = @Sendable () async throws -> AnswerEvent?

    /// `make` is called once per iteration and gives the function that produces the next event, `nil` after the last.
    public init(_ make: @escaping @Sendable () -> Next) { self.make = make }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let step: Next
        public mutating func next() async throws -> AnswerEvent? { try await step() }
    }
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(step: make()) }
}
