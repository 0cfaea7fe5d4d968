package import LLMCore
import Tracing

/// An attempt that was sent and has not reported yet, with what is released when it ends.
struct OpenAttempt: Sendable {
    /// Its candidate's place in the plan.
    var index: Int
    @Boxed var intent: AttemptIntent
    var sentAt: ContinuousClock.Instant
    var grant: Grant
    /// `nil` of a test of a key.
    var timeout: FirstTokenTimeout?
    var span: (any Span)?
    /// Started beside another that was slow.
    var isHedge = false
    /// Counted as in flight at its target.
    var isBalanced = false

    var target: LoadTracker.Target { .init(model: intent.model, endpoint: intent.endpoint) }
}

/// The admission of an attempt: its key, its permit of learnt health, and a lease that keeps a local model in memory.
struct Grant: Sendable {
    var key: APIKey?
    /// `nil` when learnt health was not asked.
    var permit: Permit?
    var lease: LocalModelLease?
}

/// An open attempt whose response is being read.
struct RunningAttempt: Sendable {
    var attempt: OpenAttempt
    private var iterator: ChatStream.AsyncIterator

    init(_ attempt: OpenAttempt, _ stream: ChatStream) {
        self.attempt = attempt
        iterator = stream.makeAsyncIterator()
    }

    /// All events that are there, at least one; `nil` after the last.
    mutating func nextBatch() async throws -> ArraySlice<ChatEvent>? { try await iterator.nextBatch() }

    /// Reads up to the first piece of a response, or to an end without one.
    ///
    /// - Returns: Everything read; empty when the stream stopped without its report.
    mutating func readToFirstToken() async throws -> [ChatEvent] {
        var read: [ChatEvent] = []
        while let event = try await iterator.next() {
            read.append(event)
            if event.isDelivery { return read }
            if case .ended = event { return read }
        }
        return []
    }
}

extension ChatEvent {
    /// A piece that the caller sees.
    var isDelivery: Bool {
        switch self {
        case .text, .thinking, .refusal, .image, .file, .toolCall: true
        case .started, .responded, .thinkingSignature, .logprobs, .native, .raw, .ended: false
        }
    }

    /// The last event of an attempt.
    var isEnd: Bool { if case .ended = self { true } else { false } }
}

/// The cost of an attempt: by its usage; nothing when it was refused; unknown when it broke off.
enum AttemptCost {
    /// - Parameter context: The facts of the request that move its price.
    static func settle(
        _ report: AttemptReport, prices: PriceBook, at wall: Int64, context: [String: String], worstCase: USD?
    ) -> CostReading {
        if let usage = report.usage {
            return prices.quote(model: report.model, usage: usage, at: wall, context: context).reading
        }
        if worstCase == .zero { return CostReading(computed: .zero, priceSource: "the model is free") }
        if report.wasSent == false { return CostReading(computed: .zero, priceSource: "nothing was sent") }
        if report.wasRefused {
            return CostReading(computed: .zero, priceSource: "a refused request is not billed")
        }
        return CostReading(unknownBecause: "the provider reported no usage")
    }
}

extension AttemptReport {
    /// The provider cannot bill it: nothing was sent, or it was refused.
    package var isUnbilled: Bool { wasSent == false || wasRefused }

    /// The provider answered with an error status or a redirect, or was never reached: it did no work.
    fileprivate var wasRefused: Bool {
        guard !deliveredTokens else { return false }
        if let status { return status >= 300 }
        return outcome == .timeoutConnect || outcome == .tlsOrDNS
    }
}
