import LLMCore
import Testing

@testable import LLMWire

@Suite("What our servers write, our clients read", .timeLimit(.minutes(2)))
struct AnswerRoundTripTests {
    private static let text = ["Grüße", ", «wörld»", " 🌍\n", "line \"two\"", " \u{0} end"]
    private static let thinking = ["First,", " think\n"]
    private static let timing = AnswerTiming(
        queue: .milliseconds(120), prompt: .milliseconds(30), completion: .milliseconds(800))

    private static func pieces(_ flavour: ServerFlavour) -> [AnswerPiece] {
        var pieces = thinking.map { AnswerPiece.thinking($0) }
        if flavour.dialect == .anthropic { pieces.append(.thinkingSignature("c2ln")) }
        return pieces + text.map { .text($0) }
    }

    private func end(_ finish: FinishReason.Kind) -> AnswerEnd {
        AnswerEnd(
            finish: finish, usage: FlavourCase.usage, timing: Self.timing, billed: USD(pico: 1_234_500))
    }

    private func check(_ decoded: Decoded, _ test: FlavourCase) {
        #expect(decoded.text == Self.text.joined())
        #expect(decoded.thinking == (test.showsReasoning ? Self.thinking.joined() : ""))
        #expect(decoded.answer.outcome == .ok)
        #expect(decoded.answer.finish?.kind == .stop)
        #expect(decoded.answer.servedModel == "some-model")
        let tokens = decoded.answer.usage?.tokens
        #expect(tokens?.promptTokens == 400)
        #expect(tokens?.cacheReadTokens == 128)
        #expect(tokens?.outputTokens == 90)
        #expect(tokens?.reasoningTokens ?? 30 == 30)
        #expect(!test.countsReasoning || tokens?.reasoningTokens == 30)
        #expect(decoded.answer.usage?.billed == (test.flavour.billsInTicks ? USD(pico: 1_234_500) : nil))
    }

    @Test(
        "a streamed answer decodes to its text, reasoning, finish and usage, wherever it is split",
        arguments: FlavourCase.all)
    func streams(test: FlavourCase) {
        let bytes = test.stream(Self.pieces(test.flavour), end(.stop))
        func decode(_ cuts: [Int]) -> Decoded {
            Decoded(bytes, dialect: test.flavour.dialect, quirks: test.quirks, cuts: cuts)
        }
        check(decode([]), test)
        check(decode(Array(1..<bytes.count)), test)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<40 {
            let cuts = Set((0..<12).map { _ in Int.random(in: 1..<bytes.count, using: &random) })
            check(decode(cuts.sorted()), test)
        }
    }

    @Test("a whole answer decodes to its text, reasoning, finish and usage", arguments: FlavourCase.all)
    func wholes(test: FlavourCase) {
        let answer = ServedAnswer(
            head: test.head, thinking: Self.thinking.joined(),
            thinkingSignature: test.flavour.dialect == .anthropic ? "c2ln" : nil, text: Self.text.joined(),
            end: end(.stop))
        let bytes = AnswerEncoder.encode(answer, flavour: test.flavour)
        check(Decoded(bytes, dialect: test.flavour.dialect, quirks: test.quirks, streaming: false), test)
    }

    @Test("a Gemini stream as one JSON array decodes like its events")
    func geminiArray() throws {
        let test = try #require(FlavourCase.all.first { $0.name == "gemini" })
        let bytes = test.stream(Self.pieces(test.flavour), end(.stop), asArray: true)
        let decoded = Decoded(
            bytes, dialect: .gemini, quirks: .gemini, cuts: Array(stride(from: 3, to: bytes.count, by: 7)))
        check(decoded, test)
        #expect(decoded.framing == .array)
    }

    @Test("a tool call comes back with its name and arguments", arguments: FlavourCase.all, [true, false])
    func toolCalls(test: FlavourCase, streaming: Bool) {
        let call = ToolCall(id: "call_1", name: "lookup", arguments: #"{"city":"Málaga","n":2}"#)
        let end = end(.toolCalls)
        let bytes: [UInt8]
        if streaming {
            let pieces: [AnswerPiece] = [
                .toolCall(index: 0, id: call.id, name: call.name, arguments: ""),
                .toolCall(index: 0, id: nil, name: nil, arguments: #"{"city":"Mál"#),
                .toolCall(index: 0, id: nil, name: nil, arguments: #"aga","n":2}"#),
            ]
            bytes = test.stream(pieces, end)
        } else {
            let answer = ServedAnswer(head: test.head, text: "", toolCalls: [call], end: end)
            bytes = AnswerEncoder.encode(answer, flavour: test.flavour)
        }
        let decoded = Decoded(bytes, dialect: test.flavour.dialect, quirks: test.quirks, streaming: streaming)
        #expect(decoded.toolCalls.count == 1)
        #expect(decoded.toolCalls.first?.name == "lookup")
        #expect(
            (try? JSONValue.parse(decoded.toolCalls.first?.arguments ?? "")) == (try? JSONValue.parse(call.arguments)))
        #expect(decoded.answer.outcome == .ok)
    }

    @Test("names in pieces, calls beside text and calls without arguments come back whole", arguments: FlavourCase.all)
    func piecedCalls(test: FlavourCase) throws {
        let pieces: [AnswerPiece] = [
            .text("Looking."),
            .toolCall(index: 0, id: "call_1", name: "look", arguments: ""),
            .toolCall(index: 0, id: nil, name: "up", arguments: ""),
            .toolCall(index: 0, id: nil, name: nil, arguments: #"{"city":"#),
            .toolCall(index: 0, id: nil, name: nil, arguments: #""Graz"}"#),
            .toolCall(index: 1, id: "call_2", name: "no", arguments: ""),
            .toolCall(index: 1, id: nil, name: "w", arguments: ""),
            .toolCall(index: 2, id: "call_3", name: "at", arguments: #"{"n":1}"#),
        ]
        let decoded = Decoded(
            test.stream(pieces, end(.toolCalls)), dialect: test.flavour.dialect, quirks: test.quirks)
        #expect(decoded.text == "Looking.")
        #expect(decoded.toolCalls.map(\.name) == ["lookup", "now", "at"])
        let arguments = decoded.toolCalls.map { (try? JSONValue.parse($0.arguments)) ?? [:] }
        #expect(arguments == [["city": "Graz"], [:], ["n": 1]])
    }

    @Test(
        "pieces of several calls in turn, and text between the pieces of one, come back as one call each",
        arguments: FlavourCase.all, [true, false])
    func interleavedCalls(test: FlavourCase, inTurn: Bool) throws {
        func piece(_ index: Int, _ arguments: String, _ name: String? = nil) -> AnswerPiece {
            .toolCall(index: index, id: name.map { "call_\($0)" }, name: name, arguments: arguments)
        }
        let pieces: [AnswerPiece] =
            inTurn
            ? [
                piece(0, "", "w"), piece(1, "", "v"), piece(0, #"{"c":"#), piece(1, #"{"d":"#), piece(2, "{}", "u"),
                .text("\n"), piece(0, "1}"), piece(1, "2}"), piece(0, " "),
            ]
            : [
                piece(0, #"{"c":"#, "w"), .text("\n"), piece(0, "1}"), piece(1, #"{"d":"#, "v"), .text("so"),
                piece(1, "2}"), piece(2, "{}", "u"),
            ]
        let bytes = test.stream(pieces, end(.toolCalls))
        let decoded = Decoded(bytes, dialect: test.flavour.dialect, quirks: test.quirks)
        #expect(decoded.toolCalls.map(\.name) == ["w", "v", "u"])
        let arguments = decoded.toolCalls.map { try? JSONValue.parse($0.arguments) }
        #expect(arguments == [["c": 1], ["d": 2], [:]])
        #expect(decoded.text == (inTurn ? "\n" : "\nso"))
        let text = String(decoding: bytes, as: UTF8.self)
        // A block or item for each call, and none without a name.
        let opened = text.matches(of: /"content_block":\{"type":"tool_use"|output_item.added","[^\n]*"function_call"/)
        let blocks = [.anthropic, .openaiResponses].contains(test.flavour.dialect)
        #expect(opened.count == (blocks ? 3 : 0), "\(text)")
        #expect(!text.contains(#""name":"""#) && !text.contains(#""call_id":"""#))
    }

    @Test(
        "a call that is open grows as it comes, beside one that waits",
        arguments: [FlavourCase.all[1], FlavourCase.all[2]])
    func growingCalls(test: FlavourCase) {
        var encoder = AnswerStreamEncoder(head: test.head, flavour: test.flavour, includeUsage: true)
        func write(_ piece: AnswerPiece) -> String {
            var bytes: [UInt8] = []
            encoder.append(piece, into: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(write(.toolCall(index: 0, id: "a", name: "w", arguments: #"{"c":"#)).contains(#"{\"c\":"#))
        #expect(write(.toolCall(index: 1, id: "b", name: "v", arguments: "{}")).isEmpty)
        #expect(write(.toolCall(index: 0, id: nil, name: nil, arguments: "123")).contains("123"))
        let last = write(.toolCall(index: 0, id: nil, name: nil, arguments: "}"))
        #expect(last.contains(#""b""#) && last.contains("{}"))
    }

    /// The first event that names a call: what clients read that join no names.
    @Test("the event that opens a call has its whole name", arguments: FlavourCase.all)
    func openingName(test: FlavourCase) throws {
        let pieces: [AnswerPiece] = [
            .toolCall(index: 0, id: "call_1", name: "look", arguments: ""),
            .toolCall(index: 0, id: nil, name: "up", arguments: ""),
            .toolCall(index: 0, id: nil, name: nil, arguments: "{}"),
        ]
        let text = String(decoding: test.stream(pieces, end(.toolCalls)), as: UTF8.self)
        let names = text.matches(of: /"name": ?"([a-z]*)"/).map { String($0.1) }
        #expect(Set(names) == ["lookup"], "\(names)")
    }

    @Test(
        "a finish means the same on both sides", arguments: FlavourCase.all,
        [(FinishReason.Kind.length, AttemptClass.lengthTruncated), (.contentFilter, .contentFilter), (.stop, .ok)])
    func finishes(test: FlavourCase, expected: (FinishReason.Kind, AttemptClass)) {
        let streamed = Decoded(
            test.stream([.text("part")], end(expected.0)), dialect: test.flavour.dialect, quirks: test.quirks)
        // Anthropic has one word for both.
        let outcome = test.flavour.dialect == .anthropic && expected.1 == .contentFilter ? .refusal : expected.1
        #expect(streamed.answer.outcome == outcome)
        let whole = AnswerEncoder.encode(
            ServedAnswer(head: test.head, text: "part", end: end(expected.0)), flavour: test.flavour)
        let decoded = Decoded(whole, dialect: test.flavour.dialect, quirks: test.quirks, streaming: false)
        #expect(decoded.answer.outcome == outcome)
    }

    @Test("an answer without text is empty output", arguments: FlavourCase.all)
    func empty(test: FlavourCase) {
        let streamed = Decoded(test.stream([], end(.stop)), dialect: test.flavour.dialect, quirks: test.quirks)
        #expect(streamed.answer.outcome == .emptyOutput)
        let whole = AnswerEncoder.encode(
            ServedAnswer(head: test.head, text: "", end: end(.stop)), flavour: test.flavour)
        let decoded = Decoded(whole, dialect: test.flavour.dialect, quirks: test.quirks, streaming: false)
        #expect(decoded.answer.outcome == .emptyOutput)
    }

    @Test("a stream cut before its end is truncated", arguments: FlavourCase.all)
    func truncated(test: FlavourCase) {
        var encoder = AnswerStreamEncoder(head: test.head, flavour: test.flavour, includeUsage: true)
        var bytes: [UInt8] = []
        encoder.start(into: &bytes)
        encoder.append(.text("half an"), into: &bytes)
        let decoded = Decoded(bytes, dialect: test.flavour.dialect, quirks: test.quirks)
        #expect(decoded.answer.outcome == .streamTruncated)
        #expect(decoded.text == "half an")
    }

    @Test("an answer of unknown usage has none, not zeros", arguments: FlavourCase.all)
    func unknownUsage(test: FlavourCase) {
        let answer = ServedAnswer(head: test.head, text: "text", end: AnswerEnd(finish: .stop))
        let bytes = AnswerEncoder.encode(answer, flavour: test.flavour)
        let decoded = Decoded(bytes, dialect: test.flavour.dialect, quirks: test.quirks, streaming: false)
        #expect(decoded.answer.usage == nil)
        #expect(decoded.answer.outcome == .ok)
    }

    @Test("OpenAI sends usage in a stream only when asked")
    func usageOnlyWhenAsked() {
        var encoder = AnswerStreamEncoder(
            head: FlavourCase.all[0].head, flavour: .openAIChat, includeUsage: false)
        var bytes: [UInt8] = []
        encoder.start(into: &bytes)
        encoder.append(.text("text"), into: &bytes)
        encoder.finish(end(.stop), into: &bytes)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("usage"))
    }
}
