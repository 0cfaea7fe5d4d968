import LLMCore
import Testing

@testable import LLMWire

/// Whatever a server sends, decoding ends with a verdict.
@Suite("Hostile input", .timeLimit(.minutes(5)))
struct HostileInputTests {
    @Test(
        "recorded bodies with bytes changed, cut and repeated decode to some verdict, the same at every split",
        .enabled(if: Corpus.isPresent, Corpus.absence), arguments: 0..<8)
    func mutatedBodies(seed: UInt64) throws {
        let exchanges = try Corpus.recorded
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let exchange = exchanges[Int.random(in: 0..<exchanges.count, using: &random)]
            var body = Array(exchange.body.prefix(6_000))
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&body, using: &random) }
            let dialect = WireDialect.allCases.randomElement(using: &random) ?? .openai
            let status = [200, 200, 200, 400, 429, 500, 999, -1].randomElement(using: &random) ?? 200
            let cut = Int.random(in: 0...body.count, using: &random)
            let whole = Decoded(
                body, dialect: dialect, quirks: exchange.quirks, streaming: exchange.isStreaming, status: status)
            let split = Decoded(
                body, dialect: dialect, quirks: exchange.quirks, streaming: exchange.isStreaming, status: status,
                cuts: [cut])
            #expect(
                whole.trace == split.trace && whole.answer == split.answer, "\(exchange.id), seed \(seed), cut \(cut)")
            _ = try? ModelListDecoder.decode(body, dialect: dialect)
            var pull = PullProgressDecoder()
            _ = pull.feed(body)
            _ = pull.finish()
        }
    }

    @Test("headers of any value are read without harm", arguments: 0..<8)
    func mutatedHeaders(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let values = [
            "2026-08-19T14:34:57.1234567Z", "1h2m3.4s", "Wed, 19 Aug 2026 14:34:57 GMT", "99999999999999999999", "-1",
            "0.000000000000000000001s",
            "9223372036854775807", "1e400", "é", "",
        ]
        let names = [
            "date", "retry-after", "retry-after-ms", "x-ratelimit-reset-tokens", "anthropic-ratelimit-tokens-reset",
            "x-ratelimit-limit-tokens",
        ]
        for _ in 0..<500 {
            let headers = names.map { name -> (name: String, value: String) in
                var value = Array((values.randomElement(using: &random) ?? "").utf8)
                if !value.isEmpty { Self.mutate(&value, using: &random) }
                return (name, String(decoding: value, as: UTF8.self))
            }
            let reading = RateLimitReader.read(headers: headers, quirks: .openai, failed: true)
            #expect(reading?.retryAfter.map { $0 >= .zero } ?? true)
        }
    }

    @Test("deep nesting and endless numbers are an error, not a crash")
    func depth() {
        let deep = String(repeating: "[", count: 100_000)
        for dialect in WireDialect.allCases {
            #expect(
                Decoded(#"{"choices":\#(deep)"#, dialect: dialect, quirks: .generic, streaming: false).answer.outcome
                    == .malformedJSON)
            #expect(
                Decoded(Samples.sse([#"{"a":\#(deep)"#]), dialect: dialect, quirks: .generic).answer.outcome
                    == .malformedJSON)
        }
        let number =
            #"{"id":"c","choices":[{"index":\#(String(repeating: "9", count: 5_000)),"message":{"content":"x"}}]}"#
        #expect(Decoded(number, dialect: .openai, quirks: .generic, streaming: false).text == "x")
    }

    @Test(
        "invalid UTF-8 inside an answer is U+FFFD",
        arguments: [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF0, 0x9F]])
    func invalidUTF8(bytes: [UInt8]) {
        let head = Samples.sse([Samples.chunk(#"{"content":"Hi"}"#)])
        let parts = Samples.chunk(#"{"content":"|"}"#).split(separator: "|").map { Array($0.utf8) }
        let body =
            Array(head.utf8) + Array("data: ".utf8) + parts[0] + bytes + parts[1] + Array("\n\ndata: [DONE]\n\n".utf8)
        let decoded = Decoded(body, dialect: .openai, quirks: .openai)
        #expect(decoded.text == "Hi" + String(decoding: bytes, as: UTF8.self))
        #expect(decoded.answer.outcome == .ok)
    }

    private static func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...30, using: &random)))
        case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
        case 3: bytes.removeLast(bytes.count - place)
        default:
            bytes.insert(
                contentsOf: Array(["null", "{", "]", "\"", "-1", "\r", "\n\n", "1e999"][place % 8].utf8), at: place)
        }
    }
}
