import LLMCore
import LLMWire
import Synchronization

/// The completion of a local answer whose engine reports no usage: its text is gathered as it comes, and its tokens are counted when it
/// has ended, with its times already taken.
final class UsageCompletion: Sendable {
    private struct State {
        var text = ""
        var pieces = 0
        /// A report that waits for its count, while what came with it is read.
        var held: AttemptReport?
    }

    /// A tokenizer that takes longer than this keeps the answer's reader waiting for too little.
    static let mostTime = Duration.seconds(2)

    private let client: HTTPModelClient
    private let call: ModelCall
    private let state = Mutex(State())

    init(_ client: HTTPModelClient, _ call: ModelCall) {
        self.client = client
        self.call = call
    }

    /// The next batch of `reader`, with the report's usage completed.
    func next(from reader: EventReader) async throws -> [ChatEvent]? {
        if let report = state.withLock({ $0.held.take() }) { return [.ended(await completed(report))] }
        guard let batch = try await reader.next() else { return nil }
        gather(batch)
        guard case .ended(let report)? = batch.last, isUncounted(report) else { return batch }
        if batch.count == 1 { return [.ended(await completed(report))] }
        state.withLock { $0.held = report }
        return batch.dropLast()
    }

    private func gather(_ batch: [ChatEvent]) {
        state.withLock { state in
            for event in batch {
                switch event {
                case .text(let text), .thinking(let text), .refusal(let text):
                    state.text += text
                    state.pieces += text.isEmpty ? 0 : 1
                default: break
                }
            }
        }
    }

    /// An answer that came whole, all of it as text, and without usage.
    private func isUncounted(_ report: AttemptReport) -> Bool {
        guard report.usage == nil, !report.toolCallDelivered else { return false }
        return (report.outcome == .ok || report.outcome == .lengthTruncated) && state.withLock { $0.pieces > 0 }
    }

    private func completed(_ report: AttemptReport) async -> AttemptReport {
        let (text, pieces) = state.withLock { ($0.text, $0.pieces) }
        var report = report
        if let count = await count(text) {
            report.usage = UsageReading(raw: .null, tokens: TokenUsage(outputTokens: count), source: .counted)
        } else if call.request.stream {
            report.usage = UsageReading(raw: .null, tokens: TokenUsage(outputTokens: pieces), source: .estimated)
        }
        return report
    }

    private func count(_ text: String) async -> Int? {
        let limit = min(UsageCompletion.mostTime, call.deadline.total - .now)
        let root = client.row.baseURL.serverRoot
        return await client.tokens.count(text, model: call.model.name, within: limit) {
            (wire, limit) async throws(ProviderCallError) in
            try await self.client.fetch(wire, credential: self.call.credential, within: limit, below: root)
        }
    }
}
