import LLMCore
import Testing

@testable import LLMWire

@Suite("Server-sent events", .timeLimit(.minutes(2)))
struct SSEParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let input: [UInt8]
        let events: [String]
        init(_ name: String, _ input: String, _ events: [String]) {
            self.name = name
            self.input = Array(input.utf8)
            self.events = events
        }
        var testDescription: String { name }
    }

    /// Events as `name|data`.
    private static func read(_ input: [UInt8], cuts: [Int]) -> [String] {
        var parser = SSEParser()
        var found: [String] = []
        var start = 0
        func note(_ event: SSEParser.Event) {
            let data = parser.withData(of: event) { String(decoding: $0, as: UTF8.self) }
            found.append(event.isNamed ? "\(parser.eventName)|\(data)" : data)
        }
        for end in cuts + [input.count] {
            parser.append(input[start..<end])
            while let event = parser.next() { note(event) }
            start = end
        }
        while let event = parser.finish() { note(event) }
        return found
    }

    static let cases: [Case] = [
        Case("LF", "data: a\n\ndata: b\n\n", ["a", "b"]),
        Case("CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
        Case("CR", "data: a\r\rdata: b\r\r", ["a", "b"]),
        Case("mixed line ends", "data: a\r\n\ndata: b\n\r\n", ["a", "b"]),
        Case("no space after the colon", "data:a\n\n", ["a"]),
        Case("only the first space goes", "data:  a \n\n", [" a "]),
        Case("several data lines", "data: a\ndata: b\ndata:\ndata: c\n\n", ["a\nb\n\nc"]),
        Case("several data lines, CRLF", "data: a\r\ndata: bb\r\n\r\ndata: c\r\n\r\n", ["a\nbb", "c"]),
        Case("data without a colon", "data\ndata\n\n", ["\n"]),
        Case("empty data", "data:\n\n", [""]),
        Case("comments", ": hello\n\n:\ndata: a\n: between\n\n", ["a"]),
        Case("names", "event: error\ndata: a\n\ndata: b\n\n", ["error|a", "b"]),
        Case("name after and between data", "data: a\nevent: x\ndata: bcdefgh\n\n", ["x|a\nbcdefgh"]),
        Case("a name alone is no event", "event: ping\n\ndata: a\n\n", ["a"]),
        Case("other fields", "id: 7\nretry: 10\nevents: x\ndatas: y\ndat: z\ndata: a\n\n", ["a"]),
        Case("byte order mark", "\u{FEFF}data: a\n\n", ["a"]),
        Case("a mark further on is data", "data: \u{FEFF}a\n\n", ["\u{FEFF}a"]),
        Case("no blank line at the end", "data: a\n\ndata: b\n", ["a", "b"]),
        Case("no line end at the end", "data: a\n\ndata: [DONE]", ["a", "[DONE]"]),
        Case("UTF-8 of every length", "data: aé€🇪🇸\r\n\r\n", ["aé€🇪🇸"]),
        Case(
            "JSON without blank lines", "data: {\"a\":1}\ndata: {\"b\":2}\ndata: [DONE]\n",
            [#"{"a":1}"#, #"{"b":2}"#, "[DONE]"]),
        Case("JSON without blank lines, CRLF", "data:{}\r\ndata: [1] \r\ndata:\t{}\r\n\r\n", ["{}", "[1] ", "\t{}"]),
        Case(
            "names without blank lines", "event: x\ndata: {}\nevent: y\ndata: {}\ndata: {}\n\ndata: a\n\n",
            ["x|{}", "y|{}", "{}", "a"]),
        Case("a name behind JSON is its own", "data: {}\nevent: x\n\ndata: {}\n\n", ["x|{}", "{}"]),
        Case("JSON in several lines", "data: [{\ndata: \"a\":{}}\ndata: ,{}\ndata: ]\n\n", ["[{\n\"a\":{}}\n,{}\n]"]),
        Case("closed and not opened", "data: a}\ndata: b\ndata: {\n\n", ["a}\nb\n{"]),
        Case("nothing", "", []),
        Case("blank lines only", "\n\r\n\r\r\n", []),
        Case("a name at the end without data", "event: x", []),
        Case("long lines", "data: \(String(repeating: "x", count: 300))\n\n", [String(repeating: "x", count: 300)]),
    ]

    @Test("events come out the same at every split in two and in three", arguments: cases)
    func everySplit(_ example: Case) {
        let count = example.input.count
        for first in 0...count {
            #expect(Self.read(example.input, cuts: [first]) == example.events, "cut at \(first)")
            guard count < 64 else { continue }
            for second in first...count {
                #expect(
                    Self.read(example.input, cuts: [first, second]) == example.events, "cut at \(first), \(second)")
            }
        }
    }

    @Test("events come out the same byte by byte", arguments: cases)
    func byteByByte(_ example: Case) {
        #expect(Self.read(example.input, cuts: Array(0..<example.input.count)) == example.events)
    }

    @Test("an event closed by CR comes out before the next byte arrives")
    func promptAfterCR() {
        var parser = SSEParser()
        parser.append("data: a\r\r".utf8)
        #expect(parser.next() != nil)
        parser.append("\ndata: b\r\n\r".utf8)
        let event = parser.next()
        #expect(event.map { parser.withData(of: $0) { String(decoding: $0, as: UTF8.self) } } == "b")
        #expect(parser.next() == nil)
    }

    @Test("an event beyond the limit ends the reading instead of filling the memory")
    func overflow() {
        var parser = SSEParser()
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        parser.append("data: ".utf8)
        for _ in 0..<20 {
            parser.append(piece)
            #expect(parser.next() == nil)
        }
        #expect(parser.overflowed)
        var decoder = ResponseDecoder(dialect: .openai, quirks: .openai, streaming: true, status: 200, headers: [])
        var events: [ChatEvent] = []
        _ = Array("data: ".utf8).withUnsafeBytes { decoder.feed($0, into: &events) }
        for _ in 0..<20 { _ = piece.withUnsafeBytes { decoder.feed($0, into: &events) } }
        #expect(decoder.finish(into: &events).outcome == .malformedSSE)
    }

    @Test("generated streams agree with a plain reader of whole text", arguments: 0..<40)
    func generated(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "data: ", "data:", "event: e", "\n", "\r\n", "\r", "\n\n", ": c", "é", "🇪🇸", "x", " ", "id: 1", "data",
        ]
        let text = (0..<60).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
        let input = Array(text.utf8)
        let expected = Self.plainReading(text)
        for _ in 0..<20 {
            let cuts = (0..<5).map { _ in Int.random(in: 0...input.count, using: &random) }.sorted()
            #expect(Self.read(input, cuts: cuts) == expected, "\(text.debugDescription) at \(cuts)")
        }
    }

    /// The algorithm over whole text, as slowly and plainly as possible.
    private static func plainReading(_ text: String) -> [String] {
        // Over scalars: to a string, CR and LF are one character.
        var lines = [""]
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if scalar == "\r" || scalar == "\n" && previous != "\r" {
                lines.append("")
            } else if scalar != "\n" {
                lines[lines.count - 1].unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        var events: [String] = []
        var data: [String] = []
        var name = ""
        func dispatch() {
            if !data.isEmpty { events.append((name.isEmpty ? "" : name + "|") + data.joined(separator: "\n")) }
            data = []
            name = ""
        }
        for line in lines {
            if line.isEmpty { dispatch() }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            var value = parts.count > 1 ? parts[1] : ""
            if value.hasPrefix(" ") { value.removeFirst() }
            if parts.first == "data" { data.append(value) }
            if parts.first == "event" { name = value }
        }
        dispatch()
        return events
    }
}
