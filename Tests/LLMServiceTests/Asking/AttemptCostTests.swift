import LLMCore
import Testing

@testable import LLMService

@Suite(.timeLimit(.minutes(2))) struct AttemptCostTests {
    private func cost(_ outcome: AttemptClass, status: Int? = nil, wasSent: Bool?) -> CostReading {
        let report = AttemptReport(
            id: AttemptID(rawValue: "a"), model: ModelID(provider: "openai", name: "gpt-5"), endpoint: "e",
            simulated: false, timings: AttemptTimings(sentAt: .now, end: .zero), outcome: outcome, status: status,
            wasSent: wasSent)
        return AttemptCost.settle(report, prices: .builtIn, at: 0, context: [:], worstCase: USD("1"))
    }

    @Test(
        "what never left costs nothing; what may have arrived and was not answered costs nobody knows what",
        arguments: [
            (.connectionReset, nil, false, USD.zero), (.timeoutTotal, nil, false, .zero),
            (.timeoutConnect, nil, nil, .zero),
            (.connectionReset, nil, true, nil), (.connectionReset, nil, nil, nil), (.timeoutTotal, nil, true, nil),
            (.serverError, 500, true, .zero), (.tlsOrDNS, 307, true, .zero), (.streamTruncated, 200, true, nil),
        ] as [(AttemptClass, Int?, Bool?, USD?)])
    func unreported(outcome: AttemptClass, status: Int?, wasSent: Bool?, expected: USD?) {
        let reading = cost(outcome, status: status, wasSent: wasSent)
        #expect(reading.settled == expected)
        #expect((reading.unknownBecause == nil) == (expected != nil))
    }
}
