import LLMCore
import Testing

@testable import LLMService

@Suite struct FailurePolicyTests {
    // The whole table, spelt a second time: a change of behaviour must be made twice to pass.
    static let table: [(AttemptClass, Bool, FailurePolicy.Elsewhere)] = [
        (.ok, false, .nowhere), (.rateLimited, true, .anywhere), (.quotaExhausted, false, .otherProviders),
        (.auth, false, .otherProviders), (.permission, false, .otherProviders), (.region, false, .otherProviders),
        (.badRequest, false, .nowhere), (.modelNotFound, false, .anywhere),
        (.payloadTooLarge, false, .otherProviders), (.conflict, true, .anywhere),
        (.contextOverflow, false, .largerContext), (.contentFilter, false, .anywhere), (.refusal, false, .nowhere),
        (.serverError, true, .anywhere), (.overloaded, true, .anywhere), (.timeoutConnect, true, .anywhere),
        (.timeoutFirstToken, true, .anywhere), (.timeoutIdle, true, .anywhere), (.timeoutTotal, false, .nowhere),
        (.connectionReset, true, .anywhere), (.tlsOrDNS, false, .otherProviders), (.streamTruncated, true, .anywhere),
        (.malformedSSE, true, .anywhere), (.malformedJSON, true, .anywhere), (.emptyOutput, true, .anywhere),
        (.lengthTruncated, false, .nowhere), (.toolCallInvalid, true, .anywhere), (.cancelled, false, .nowhere),
    ]

    @Test("every failure class has its reaction")
    func reactions() {
        for (outcome, retry, elsewhere) in FailurePolicyTests.table {
            let policy = FailurePolicy(of: outcome)
            #expect(policy.retry == retry, "\(outcome)")
            #expect(policy.elsewhere == elsewhere, "\(outcome)")
        }
        #expect(Set(FailurePolicyTests.table.map(\.0)) == Set(AttemptClass.allCases))
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
