import LLMCore
import Testing

@testable import LLMWire

/// The scanners against the general path, which is the oracle: same events, same state, or no reading at all.
@Suite("Scanners", .timeLimit(.minutes(5)))
struct ScannerOracleTests {
    private struct Reading {
        var events: [ChatEvent] = []
        var state: AnswerState
        var trace: [String] { events.map { "\($0)" } }
    }

    private static func folds(_ dialect: WireDialect) -> (fast: any AnswerFold, general: any AnswerFold)? {
        switch dialect {
        case .openai:
            var general = OpenAIChatDecoder()
            general.usesScanner = false
            return (OpenAIChatDecoder(), general)
        case .openaiResponses:
            var general = ResponsesDecoder()
            general.usesScanner = false
            return (ResponsesDecoder(), general)
        case .anthropic:
            var general = AnthropicDecoder()
            general.usesScanner = false
            return (AnthropicDecoder(), general)
        case .gemini: return nil
        }
    }

    private static func read(
        _ events: [[UInt8]], _ fold: any AnswerFold, _ dialect: WireDialect, _ quirks: DialectQuirks
    ) -> Reading {
        var fold = fold
        var reading = Reading(state: AnswerState(dialect: dialect, quirks: quirks, secrets: []))
        for event in events {
            event.withUnsafeBytes {
                fold.readEvent($0, isPartial: false, state: &reading.state, events: &reading.events)
            }
        }
        return reading
    }

    private static func expectSame(
        _ events: [[UInt8]], _ dialect: WireDialect, _ quirks: DialectQuirks, _ comment: String
    ) {
        guard let (fast, general) = folds(dialect) else { return }
        let left = read(events, fast, dialect, quirks)
        let right = read(events, general, dialect, quirks)
        #expect(left.trace == right.trace, "\(comment)")
        #expect(left.state.answer(rateLimit: nil) == right.state.answer(rateLimit: nil), "\(comment)")
        #expect(left.state.choiceCount == right.state.choiceCount, "\(comment)")
        #expect(left.state.serviceTier == right.state.serviceTier, "\(comment)")
    }

    private static func dataEvents(_ body: [UInt8]) -> [[UInt8]] {
        var parser = SSEParser()
        parser.append(body)
        var events: [[UInt8]] = []
        while let event = parser.next() ?? parser.finish() { events.append(parser.withData(of: event) { Array($0) }) }
        return events
    }

    @Test(
        "every recorded stream reads the same with and without scanners, and the scanners read most of its text",
        .enabled(if: Corpus.isPresent, Corpus.absence))
    func corpus() throws {
        let exchanges = try Corpus.recorded
        var texts = 0
        var scanned = 0
        for exchange in exchanges where exchange.isStreaming {
            let events = Self.dataEvents(exchange.body)
            Self.expectSame(events, exchange.dialect, exchange.quirks, exchange.id)
            guard exchange.dialect == .openai else { continue }
            var state = AnswerState(dialect: .openai, quirks: exchange.quirks, secrets: [])
            var general = OpenAIChatDecoder()
            general.usesScanner = false
            var scanner = OpenAIChunkScanner()
            var sink: [ChatEvent] = []
            for event in events {
                let before = sink.count
                let wasScanned = event.withUnsafeBytes { data in
                    state.started && scanner.read(data, state: &state, events: &sink)
                }
                if !wasScanned {
                    event.withUnsafeBytes { general.readEvent($0, isPartial: false, state: &state, events: &sink) }
                }
                let isText = sink[before...].contains { if case .text = $0 { true } else { false } }
                texts += isText ? 1 : 0
                scanned += isText && wasScanned ? 1 : 0
            }
        }
        #expect(scanned * 10 >= texts * 8)
    }

    private static let head = Array(
        Samples.chunk(#"{"role":"assistant","content":""}"#, rest: #","system_fingerprint":"f""#).utf8)

    @Test("generated chunks read the same: escapes, Unicode, odd orders, white space, wrong shapes", arguments: 0..<60)
    func generated(seed: UInt64) {
        var maker = ChunkMaker(random: SeededGenerator(seed: seed))
        let quirks = [DialectQuirks.openai, .groq, .local][Int(seed % 3)]
        for _ in 0..<60 {
            let chunk = maker.chunk()
            Self.expectSame([Self.head, Array(chunk.utf8)], .openai, quirks, chunk)
        }
    }

    @Test("chunks with one byte changed, left out or doubled read the same", arguments: 0..<20)
    func mutated(seed: UInt64) {
        var maker = ChunkMaker(random: SeededGenerator(seed: seed &+ 1_000))
        for _ in 0..<150 {
            let whole = Array(maker.chunk().utf8)
            var bytes = whole
            let place = Int.random(in: 0..<bytes.count, using: &maker.random)
            switch Int.random(in: 0..<3, using: &maker.random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &maker.random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(bytes[place], at: place)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            Self.expectSame([Self.head, bytes], .openai, .groq, text)
            // Behind a chunk that is the same but for that byte.
            Self.expectSame([Self.head, whole, bytes, whole], .openai, .groq, text)
        }
    }

    @Test(
        "deltas of the other dialects read the same",
        arguments: [
            (
                WireDialect.anthropic,
                #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"a\n\u00e9\ud83c\uddea"}   }"#
            ),
            (.anthropic, #"{"delta":{"thinking":"a","type":"thinking_delta"},"index":0,"type":"content_block_delta"}"#),
            (.anthropic, #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","thinking":"a"}}"#),
            (
                .anthropic,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a","text":"b"}}"#
            ),
            (
                .anthropic,
                #"{"type":"content_block_delta","type":"ping","index":0,"delta":{"type":"text_delta","text":"a"}}"#
            ),
            (.anthropic, #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}} x"#),
            (
                .openaiResponses,
                #"{"type":"response.output_text.delta","item_id":"i","output_index":0,"content_index":0,"delta":"a\"b","logprobs":[],"sequence_number":4,"obfuscation":"x"}"#
            ),
            (.openaiResponses, #"{"content_index":0,"delta":"a","type":"response.output_text.delta"}"#),
            (.openaiResponses, #"{"type":"response.output_text.delta","delta":"a","delta":"b"}"#),
            (.openaiResponses, #"{"type":"response.refusal.delta","delta":"a"}"#),
            (.openaiResponses, #"{"type":"response.output_text.delta","delta":"\ud800"}"#),
            (.openaiResponses, #"{"type":"response.output_text.delta","delta":7}"#),
        ])
    func otherDialects(dialect: WireDialect, event: String) {
        let bytes = Array(event.utf8)
        Self.expectSame([bytes], dialect, .generic, event)
        for place in bytes.indices {
            var changed = bytes
            changed.remove(at: place)
            Self.expectSame([changed], dialect, .generic, String(decoding: changed, as: UTF8.self))
        }
    }
}
