package import LLMCore

/// Many questions at once, each different and all the same for the same seed; some callers leave before the end.
package struct ChaosWorkload: Sendable {
    /// One question, as its caller saw it.
    package struct Result: Sendable {
        package var id: CallID
        /// `nil`: the caller left.
        package var record: CallRecord?
        package var duration: Duration
        /// The time from the deadline to the end; negative when in time.
        package var excess: Duration
    }

    package var seed: UInt64
    /// Asked in turn, and every so often the service chooses.
    package var models: [ModelID]
    package var limits: TimeLimits

    package init(seed: UInt64, models: [ModelID], limits: TimeLimits) {
        self.seed = seed
        self.models = models
        self.limits = limits
    }

    /// Asks questions `range` with so many under way at any time.
    ///
    /// - Parameter each: Told of every question as it ends, one at a time.
    package func run(
        _ asker: any Asker, _ range: Range<Int>, concurrency: Int, each: @Sendable (Result) async -> Void
    ) async {
        await withTaskGroup(of: Result?.self) { group in
            var next = range.lowerBound
            func start() {
                guard next < range.upperBound else { return }
                let index = next
                next += 1
                group.addTask { try? await ask(asker, index) }
            }
            for _ in 0..<max(1, concurrency) { start() }
            while let result = await group.next() {
                if let result { await each(result) }
                start()
            }
        }
    }

    private func ask(_ asker: any Asker, _ index: Int) async throws -> Result {
        var random = SeededGenerator(seed: seed &+ UInt64(index) &* 7_919)
        let request = request(index, &random)
        let leaves = UInt64.random(in: 0..<50, using: &random) == 0
        let start = ContinuousClock.now
        var record: CallRecord?
        events: for try await event in asker.ask(request) {
            switch event {
            case .ended(let ended): record = ended
            case .text where leaves: break events
            default: break
            }
        }
        let duration = ContinuousClock.now - start
        return Result(
            id: request.id, record: record, duration: duration, excess: duration - request.policy.limits.total)
    }

    private func request(_ index: Int, _ random: inout SeededGenerator) -> AskRequest {
        let choice = Int.random(in: 0...models.count, using: &random)
        var chat = ChatRequest(
            messages: [.user("Question \(index) of \(seed): what is idempotence?")],
            parameters: GenerationParameters(maxOutputTokens: 400))
        chat.stream = Bool.random(using: &random)
        // Some are in a hurry: their time is up in the middle of waits, retries and answers.
        var limits = limits
        limits.total /= [1, 1, 4, 20].randomElement(using: &random) ?? 1
        var policy = AskPolicy(retries: Int.random(in: 0...2, using: &random), limits: limits)
        policy.delivery = chat.stream ? .live : .atEnd
        return AskRequest(
            id: CallID(rawValue: Identifier.make()), model: choice < models.count ? .model(models[choice]) : .auto,
            chat: chat, useCache: false, policy: policy)
    }
}
