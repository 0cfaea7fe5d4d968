import LLMCore
import TestSupport
import Testing

@testable import LLMWire

/// Every recorded exchange decodes to what an independent reader found in it.
@Suite("Recorded exchanges", .timeLimit(.minutes(5)))
struct CorpusTests {
    private struct Count {
        var read = 0
        var matched = 0
        var split = 0
    }

    @Test(
        "every recorded exchange decodes to its expectation, whole, byte by byte and split at random",
        .enabled(if: Corpus.isPresent, Corpus.absence))
    func everyExchange() throws {
        let exchanges = try Corpus.recorded
        var counts: [String: Count] = [:]
        for exchange in exchanges {
            let whole = Decoded(exchange)
            let mismatches = mismatches(exchange, whole) + verdictTrouble(exchange, whole)
            #expect(mismatches.isEmpty, "\(exchange.id): \(mismatches.joined(separator: "; "))")
            counts[exchange.provider, default: Count()].read += 1
            if mismatches.isEmpty { counts[exchange.provider, default: Count()].matched += 1 }
            guard exchange.isStreaming else { continue }
            if splitsAgree(exchange, whole) { counts[exchange.provider, default: Count()].split += 1 }
        }
        let lines = counts.sorted { $0.key < $1.key }.map { provider, count in
            "corpus \(provider): \(count.read) read, \(count.matched) matched, \(count.split) streams also split"
        }
        TestOutput.show(
            "corpus: \(counts.values.map(\.matched).reduce(0, +)) of \(exchanges.count) recorded exchanges matched",
            details: lines.joined(separator: "\n"))
    }

    private func mismatches(_ exchange: Exchange, _ decoded: Decoded) -> [String] {
        let observation = CorpusObservation(exchange: exchange, decoded: decoded)
        return exchange.expect.members.compactMap { member in
            guard let observed = observation.value(of: member.key) else { return "unknown key \(member.key)" }
            let value = observed ?? .null
            if CorpusComparison.matches(member.key, expected: member.value, observed: value, in: exchange) {
                return nil
            }
            return "\(member.key): expected \(member.value.text.prefix(300)), found \(value.text.prefix(300))"
        }
    }

    /// The expectations name no outcome; this much of it follows from them.
    private func verdictTrouble(_ exchange: Exchange, _ decoded: Decoded) -> [String] {
        guard exchange.api != "models" else { return [] }
        let outcome = decoded.answer.outcome
        let failed = exchange.expect["error"] != nil || exchange.expect["stream_error"] != nil
        let finished = exchange.expect["finish_reason"].map { !$0.isNull } ?? false
        if failed || !finished { return outcome == .ok ? ["a failure passed for a success"] : [] }
        return outcome.fault == .provider ? ["an answer passed for \(outcome.rawValue)"] : []
    }

    private func splitsAgree(_ exchange: Exchange, _ whole: Decoded) -> Bool {
        let count = exchange.body.count
        var random = SeededGenerator(seed: 2)
        var cuts = [count > 1 ? Array(1..<count) : []]
        for _ in 0..<4 {
            cuts.append(
                (0..<Int.random(in: 1...20, using: &random)).map { _ in Int.random(in: 0...count, using: &random) }
                    .sorted())
        }
        let trace = whole.trace
        return cuts.allSatisfy { cuts in
            let split = Decoded(exchange, cuts: cuts)
            let agrees = split.trace == trace && split.answer == whole.answer
            #expect(agrees, "\(exchange.id) decodes otherwise when split at \(cuts.prefix(20))")
            return agrees
        }
    }
}
