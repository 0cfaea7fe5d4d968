import LLMCore

/// An open attempt with its answer on the way.
struct RunningAttempt: Sendable {
    let attempt: OpenAttempt
    private var iterator: ChatStream.AsyncIterator
    /// Read ahead of the caller, while it raced another.
    private var ahead: [ChatEvent] = []

    init(_ attempt: OpenAttempt, _ stream: ChatStream) {
        self.attempt = attempt
        iterator = stream.makeAsyncIterator()
    }

    /// `nil` after the last event.
    mutating func next(isolation: isolated (any Actor)? = #isolation) async throws -> ChatEvent? {
        guard ahead.isEmpty else { return ahead.removeFirst() }
        return try await iterator.next(isolation: isolation)
    }

    /// Reads up to the first piece of an answer, which ``next(isolation:)`` then gives.
    ///
    /// - Returns: The report, when the attempt ended without one; an `ok` one is left for ``next(isolation:)``.
    mutating func readToFirstToken() async throws -> Ending? {
        while let event = try await iterator.next() {
            if case .ended(let report) = event, report.outcome != .ok { return .reported(report) }
            ahead.append(event)
            if event.isDelivery { return nil }
            if case .ended = event { return nil }
        }
        return .brokeOff
    }

    enum Ending: Sendable {
        case reported(AttemptReport)
        /// The stream stopped without its report.
        case brokeOff
    }
}

extension ChatEvent {
    /// A piece that the caller sees.
    var isDelivery: Bool {
        switch self {
        case .text, .thinking, .refusal, .toolCall: true
        case .started, .thinkingSignature, .native, .raw, .ended: false
        }
    }
}
