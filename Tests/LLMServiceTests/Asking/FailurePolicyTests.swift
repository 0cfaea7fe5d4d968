import LLMCore
import Testing

@testable import LLMService

@Suite(.timeLimit(.minutes(2))) struct FailurePolicyTests {
    /// One row spelt a second time: a change of behaviour must be made twice to pass.
    struct Row: Sendable {
        var outcome: AttemptClass
        var retry = false
        var rotate = false
        var elsewhere = FailurePolicy.FallbackTarget.nowhere
        var blame: FailurePolicy.Blame?
        var isHealthy = false
        var key = FailurePolicy.KeyReaction.none
        var lock = false
    }

    static let table: [Row] = [
        Row(outcome: .ok, isHealthy: true),
        Row(
            outcome: .rateLimited, retry: true, rotate: true, elsewhere: .anywhere, key: .coolDownForModel, lock: true),
        Row(outcome: .quotaExhausted, rotate: true, elsewhere: .otherProviders, blame: .key, key: .retire),
        Row(outcome: .auth, rotate: true, elsewhere: .otherProviders, blame: .key, key: .retire),
        Row(outcome: .permission, rotate: true, elsewhere: .otherProviders, key: .coolDownForModel),
        Row(outcome: .account, rotate: true, elsewhere: .otherProviders, blame: .key, key: .retire),
        Row(outcome: .region, rotate: true, elsewhere: .otherProviders, blame: .key, key: .retire),
        Row(outcome: .badRequest, isHealthy: true),
        Row(outcome: .modelNotFound, elsewhere: .anywhere, blame: .model),
        Row(outcome: .payloadTooLarge, elsewhere: .otherProviders, isHealthy: true),
        Row(outcome: .conflict, retry: true, elsewhere: .anywhere),
        Row(outcome: .contextOverflow, elsewhere: .largerContext, isHealthy: true),
        Row(outcome: .contentFilter, elsewhere: .anywhere, isHealthy: true),
        Row(outcome: .refusal, isHealthy: true),
        Row(outcome: .serverError, retry: true, elsewhere: .anywhere, blame: .model),
        Row(outcome: .overloaded, retry: true, elsewhere: .anywhere, blame: .model),
        Row(outcome: .timeoutConnect, retry: true, elsewhere: .anywhere, blame: .provider),
        Row(outcome: .timeoutFirstToken, retry: true, elsewhere: .anywhere, blame: .model),
        Row(outcome: .timeoutIdle, retry: true, elsewhere: .anywhere, blame: .model),
        Row(outcome: .timeoutTotal),
        Row(outcome: .connectionReset, retry: true, elsewhere: .anywhere, blame: .provider),
        Row(outcome: .tlsOrDNS, elsewhere: .otherProviders, blame: .provider),
        Row(outcome: .streamTruncated, retry: true, elsewhere: .anywhere, blame: .model),
        Row(outcome: .malformedSSE, retry: true, elsewhere: .anywhere, blame: .model),
        Row(outcome: .malformedJSON, retry: true, elsewhere: .anywhere, blame: .model),
        Row(outcome: .emptyOutput, retry: true, elsewhere: .anywhere),
        Row(outcome: .lengthTruncated, isHealthy: true),
        Row(outcome: .toolCallInvalid, retry: true, elsewhere: .anywhere),
        Row(outcome: .cancelled),
    ]

    @Test("every failure class has its reaction", arguments: table)
    func reactions(_ row: Row) {
        let policy = FailurePolicy(of: row.outcome)
        #expect(policy.retry == row.retry)
        #expect(policy.rotate == row.rotate)
        #expect(policy.fallback == row.elsewhere)
        #expect(policy.blame == row.blame)
        #expect(policy.isHealthy == row.isHealthy)
        #expect(policy.key == row.key)
        #expect(policy.countsForLock == row.lock)
        #expect(!policy.pull)
    }

    @Test("the table of reactions names every class once")
    func complete() {
        #expect(
            FailurePolicyTests.table.map(\.outcome).sorted { $0.rawValue < $1.rawValue }
                == AttemptClass.allCases.sorted { $0.rawValue < $1.rawValue })
    }

    @Test("a limit of a day is not waited for on the same key")
    func window() {
        #expect(FailurePolicy(of: .rateLimited, window: .minute).retry)
        #expect(!FailurePolicy(of: .rateLimited, window: .day).retry)
        #expect(FailurePolicy(of: .rateLimited, window: .day).rotate)
    }

    @Test("a missing local model is one to pull, and nobody's failure")
    func pull() {
        let local = FailurePolicy(of: .modelNotFound, isLocal: true)
        #expect(local.pull && local.blame == nil)
        #expect(!FailurePolicy(of: .rateLimited, isLocal: true).countsForLock)
    }

    @Test("full jitter stays under its ceiling, above the floor, and never overflows")
    func backoff() {
        let backoff = Backoff(base: .milliseconds(500), ceiling: .seconds(8))
        #expect(backoff.wait(failures: 1, floor: nil, jitter: 0) == .zero)
        #expect(backoff.wait(failures: 1, floor: nil, jitter: 1) == .milliseconds(500))
        #expect(backoff.wait(failures: 3, floor: nil, jitter: 0.5) == .seconds(1))
        #expect(backoff.wait(failures: 10_000, floor: nil, jitter: 1) == .seconds(8))
        #expect(backoff.wait(failures: 1, floor: .seconds(48), jitter: 1) == .seconds(48))
    }
}
