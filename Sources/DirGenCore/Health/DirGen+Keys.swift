public import LLMCore
import LLMProviders
public import LLMService

extension DirGen {
    /// Finds keys by name: environment variable, fingerprint or the beginning of one, or provider for all of its keys.
    ///
    /// - Throws: ``ConfigurationError`` for a name that fits none. It does not repeat the name, which might be a key given by mistake.
    public func keys(
        named names: [String], now: Int64 = TimeSource.live.wallMicroseconds()
    ) async throws -> [KeyReport] {
        let all = try await keys(now: now)
        var chosen: [KeyReport] = []
        for name in names {
            let found = all.filter { $0.isNamed(name) }
            guard !found.isEmpty else { throw DirGen.unknownKey(all) }
            chosen += found.filter { !chosen.contains($0) }
        }
        return chosen
    }

    private static func unknownKey(_ all: [KeyReport]) -> ConfigurationError {
        let names = all.map { key in
            "\(key.provider) \(key.fingerprint)" + (key.variable.map { " (\($0))" } ?? "")
        }
        return ConfigurationError(
            place: "key", message: "no key is known by that name; a name is an environment variable or a fingerprint",
            hint: names.isEmpty ? "no key is configured" : "there are \(names.joined(separator: ", "))")
    }

    /// Changes the learnt state of keys by hand.
    ///
    /// - Parameters:
    ///   - keys: The keys to change.
    ///   - now: Wall clock, microseconds since 1970.
    ///   - command: Makes the change from the key's name in learnt health.
    /// - Returns: The changes.
    public func perform(
        on keys: [KeyReport], now: Int64 = TimeSource.live.wallMicroseconds(), _ command: (HealthKey) -> HealthCommand
    ) async -> [HealthEvent] {
        var events: [HealthEvent] = []
        for key in keys {
            events += await service.health.perform(
                command(key.healthKey(simulated: configuration.simulated)), now: now)
        }
        return events
    }

    /// Tests a key by fetching its provider's list of models, which is free, and updates learnt health.
    ///
    /// A key that was refused and is accepted now is re-enabled. A free test is no evidence about credit, cooldowns and
    /// limits: those stay, and ``ask(with:)`` can clear them.
    public func look(with report: KeyReport) async -> KeyTest {
        guard let settings = configuration.provider(report.provider), let client = clients[report.provider],
            let key = settings.keys.first(where: { $0.fingerprint == report.fingerprint }), report.isConfigured
        else { return KeyTest(key: report, result: .impossible("it is not configured")) }
        let start = ContinuousClock.now
        let answer = await check(settings, client, key: key)
        let request = service.testRequest(report.fingerprint, of: settings.defaultModel)
        var test = KeyTest(key: report, result: .answered(answer), duration: start.duration(to: .now))
        if let request { test.events = await learn(answer, report, request) }
        return test
    }

    /// Tests a key with a paid request of one word, whatever its learnt state: a success ends its limits, re-enables it and
    /// releases the safety lock. The call is recorded with its cost.
    public func ask(with report: KeyReport) async throws -> KeyTest {
        guard let settings = configuration.provider(report.provider), report.isConfigured else {
            return KeyTest(key: report, result: .impossible("it is not configured"))
        }
        guard let (attempt, events) = try await service.test(report.fingerprint, of: settings.defaultModel) else {
            return KeyTest(key: report, result: .impossible("another test is under way: try again in a minute"))
        }
        return KeyTest(key: report, result: .asked(attempt), duration: attempt.report.timings.end, events: events)
    }

    private func learn(
        _ answer: ProviderCheck, _ report: KeyReport, _ request: AdmissionRequest
    ) async -> [HealthEvent] {
        let health = service.health
        let now = TimeSource.live.wallMicroseconds()
        switch answer {
        case .usable:
            let isDisproved = report.health?.because == .auth || report.health?.condition == .failing
            guard isDisproved else { return [] }
            return await health.perform(
                .enableKey(report.healthKey(simulated: configuration.simulated)), now: now)
        case .unusable(let outcome, _):
            // Whether the model works, or how much is left, a list of models does not tell.
            guard FailurePolicy(of: outcome).key == .retire else { return [] }
            guard let permit = await health.admit(request, now: now).permit else { return [] }
            let refusal = AttemptReport(
                id: request.attempt, model: request.model, endpoint: request.endpoint, simulated: request.simulated,
                key: permit.key, timings: AttemptTimings(sentAt: .now, end: .zero), outcome: outcome)
            return await health.settle(permit, report: refusal, now: now)
        }
    }
}

/// The result of a deliberate test of a key.
public struct KeyTest: Sendable {
    public enum Result: Sendable {
        /// The result of the free test.
        case answered(ProviderCheck)
        /// The result of a paid test.
        case asked(AttemptRecord)
        case impossible(String)
    }
    public var key: KeyReport
    public var result: Result
    public var duration = Duration.zero
    /// The changes of learnt health that the test caused.
    public var events: [HealthEvent] = []

    public var isGood: Bool {
        switch result {
        case .answered(.usable): true
        case .asked(let attempt): KeyTest.served.contains(attempt.report.outcome)
        case .answered(.unusable), .impossible: false
        }
    }
    /// The provider did its part, however short the answer had to be.
    static let served: Set<AttemptClass> = [.ok, .lengthTruncated, .refusal, .emptyOutput, .contentFilter]
}

extension KeyReport {
    /// At least four characters of a fingerprint name it.
    fileprivate func isNamed(_ name: String) -> Bool {
        variable == name || provider.rawValue == name || (name.count >= 4 && fingerprint.rawValue.hasPrefix(name))
    }
}
