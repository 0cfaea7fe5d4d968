import LLMCore
import Synchronization

/// A client of a local server that refuses the models which the server does not list.
///
/// Some servers answer to any name, and their answers would be booked to a model that did not write them. A server without a
/// readable list is believed.
final class ListedModelClient: ModelClient {
    private let client: any ModelClient
    private let list: @Sendable () async -> [String]?
    /// Names that were listed once: only others cost another look.
    private let known = Mutex<Set<String>>([])

    /// - Parameter list: The names of the server's models; `nil` when they cannot be read.
    init(_ client: any ModelClient, list: @escaping @Sendable () async -> [String]?) {
        self.client = client
        self.list = list
    }

    var provider: ProviderID { client.provider }
    var endpoint: String { client.endpoint }
    var simulated: Bool { client.simulated }

    func open(_ call: ModelCall) -> ChatStream {
        let isKnown = known.withLock { $0.contains(ListedModels.key(of: call.model.name)) }
        guard !isKnown else { return client.open(call) }
        return ChatStream(batches: { [self] in
            let stream = CheckedStream(client, call) { await self.refusal(of: call) }
            return { try await stream.next() }
        })
    }

    /// The report of a call to a model that is not listed; `nil` when it may be sent.
    private func refusal(of call: ModelCall) async -> AttemptReport? {
        guard let names = await list(), !names.isEmpty else { return nil }
        let keys = Set(names.map(ListedModels.key))
        known.withLock { $0.formUnion(keys) }
        guard !keys.contains(ListedModels.key(of: call.model.name)), !call.model.name.hasPrefix("sha256:") else {
            return nil
        }
        return AttemptReport(
            id: call.attemptID, model: call.model, endpoint: endpoint, simulated: simulated,
            key: call.credential?.fingerprint, timings: AttemptTimings(sentAt: .now, end: .zero),
            outcome: .modelNotFound, failure: ProviderFailure(message: ListedModels.refusal(listing: names)),
            wasSent: false)
    }
}

/// The events of one call: a check, then the answer or the refusal.
private actor CheckedStream {
    private let client: any ModelClient
    private let call: ModelCall
    private let check: @Sendable () async -> AttemptReport?
    private var answer: ChatStream.AsyncIterator?
    private var isChecked = false

    init(_ client: any ModelClient, _ call: ModelCall, check: @escaping @Sendable () async -> AttemptReport?) {
        self.client = client
        self.call = call
        self.check = check
    }

    func next() async throws -> [ChatEvent]? {
        if !isChecked {
            isChecked = true
            if let refusal = await check() { return [.ended(refusal)] }
            try Task.checkCancellation()
            answer = client.open(call).makeAsyncIterator()
        }
        guard var iterator = answer else { return nil }
        let events = try await iterator.nextBatch()
        answer = iterator
        return events.map { Array($0) }
    }
}
