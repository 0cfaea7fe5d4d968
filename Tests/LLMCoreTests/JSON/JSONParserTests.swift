import Foundation
import LLMCore
import Testing

@Suite("JSON as a value", .timeLimit(.minutes(2)))
struct JSONParserTests {
    private static let validTexts: [(String, JSONValue)] = [
        ("null", JSONValue.null), (" true\r\n", true), ("false", false), ("0", 0),
        ("-0.5e+3", .number(.init(uncheckedLiteral: "-0.5e+3"))),
        (#""""#, ""), (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\uD83D\uDE00""#, "é😀"),
        ("\"é😀\"", "é😀"),
        ("[]", []), ("[1,[2],{}]", [1, [2], [:]]), (#"{"a":{"b":null}}"#, ["a": ["b": .null]]), ("\u{FEFF}1", 1),
    ]

    @Test("valid texts are read", arguments: validTexts)
    func valid(text: String, value: JSONValue) throws {
        #expect(try JSONValue.parse(text) == value)
    }

    @Test(
        "what is not JSON is refused with its place",
        arguments: [
            ("", "1:1"), ("  ", "1:3"), ("nul", "1:1"), ("tru e", "1:1"), ("01", "1:2"), ("1.", "1:1"), ("+1", "1:1"),
            (".5", "1:1"),
            ("1e", "1:1"), ("-", "1:1"), ("[1,]", "1:4"), ("[1 2]", "1:4"), ("{a:1}", "1:2"), (#"{"a" 1}"#, "1:6"),
            (#"{"a":1,}"#, "1:8"), ("\"a", "1:1"), ("\"\u{1}\"", "1:2"), (#""\x""#, "1:2"), (#""\u12g4""#, "1:2"),
            (#""\ud800""#, "1:2"), (#""\udc00""#, "1:2"), (#""\ud800\u0041""#, "1:2"), ("1 1", "1:3"),
            ("[\n\"é\", x]", "2:6"), ("NaN", "1:1"),
            ("'a'", "1:1"), ("[1}", "1:3"), ("\"\\", "1:2"),
        ])
    func invalid(text: String, place: String) throws {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(text) }
        #expect(error.map { "\($0.line):\($0.column)" } == place, "\(String(describing: error))")
    }

    @Test(
        "invalid UTF-8 is refused in names and values", arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]])
    func invalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse([0x22] + bytes + [0x22]) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(Array("{\"".utf8) + bytes + Array("\":1}".utf8)) }
    }

    @Test("a string ends where it ends, whatever its length and wherever its special bytes stand")
    func stringsOfEveryLength() throws {
        for length in 0...40 {
            let plain = String(String(repeating: "aé~\u{7F}", count: 20).prefix(length))
            #expect(try JSONValue.parse("\"\(plain)\"") == .string(plain))
            for (escape, meaning) in [("\\n", "\n"), ("\\\"", "\""), ("\\\\", "\\")] {
                let text = try JSONValue.parse("[\"\(plain)\(escape)\(plain)\",1]")
                #expect(text == [.string(plain + meaning + plain), 1])
            }
            #expect(throws: JSONSyntaxError.self) { try JSONValue.parse("\"\(plain)") }
            for control in ["\u{1F}", "\n", "\u{0}"] {
                #expect(throws: JSONSyntaxError.self) { try JSONValue.parse("\"\(plain)\(control)\(plain)\"") }
                #expect(throws: JSONSyntaxError.self) { try JSONValue.parse("\"\\t\(plain)\(control)\"") }
                #expect(try JSONValue.parseLenient("\"\\t\(plain)\(control)\"".utf8) == .string("\t" + plain + control))
            }
        }
    }

    @Test("nesting is bounded")
    func depth() {
        let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect((try? JSONValue.parse(nested(256))) != nil)
        #expect((try? JSONValue.parse(nested(258))) == nil)
        #expect((try? JSONValue.parse(String(repeating: "{\"a\":", count: 100_000))) == nil)
    }

    @Test("a repeated name keeps its last value, or is refused on request")
    func duplicates() throws {
        let text = #"{"a":1,"b":2,"a":3}"#
        #expect(try JSONValue.parse(text).text == #"{"a":3,"b":2}"#)
        let error = #expect(throws: JSONSyntaxError.self) {
            try JSONValue.parse(text.utf8, rejectingDuplicates: true)
        }
        #expect(error?.column == 14)
        // Canonically equivalent names are one name to a Swift string.
        #expect((try? JSONValue.parse("{\"é\":1,\"e\u{301}\":2}".utf8, rejectingDuplicates: true)) == nil)
    }

    @Test("values are found again by path, to the scalar")
    func locations() throws {
        let (_, locations) = try JSONValue.parseLocated(Array("{\"é\": [1,\n  {\"k\": 2}]}".utf8))
        #expect(locations.position(of: []) == (1, 1))
        #expect(locations.position(of: [.key("é"), .index(0)]) == (1, 8))
        #expect(locations.position(of: [.key("é"), .index(1), .key("k")]) == (2, 9))
        #expect(locations.position(of: [.key("é"), .index(1), .key("gone")]) == (2, 3), "the nearest above it")
    }

    @Test("JSON inside other text is read up to its end")
    func prefix() throws {
        let bytes = Array("see {\"a\":[1]} and".utf8)
        let found = try #require(JSONValue.parsePrefix(of: bytes, at: 4))
        #expect(found.value == ["a": [1]] && found.end == 13)
        #expect(JSONValue.parsePrefix(of: bytes, at: 0) == nil)
        #expect(JSONValue.scanPrefix(of: Array("[1,2".utf8), at: 0).end == 4)
    }

    @Test("numbers keep their literals")
    func numbers() throws {
        let text = "[12345678901234567890,0.1,1e400,1.0,-0]"
        let value = try JSONValue.parse(text)
        #expect(value.text == text)
        #expect(value[0]?.int == nil && value[1]?.double == 0.1 && value[2]?.double == .infinity)
        #expect(value[3]?.int == 1 && value[4]?.int == 0)
        #expect(JSONValue(0.1).text == "0.1" && JSONValue(3.0).text == "3" && JSONValue(Double.nan) == .null)
        #expect(JSONValue(1e300).double == 1e300 && JSONValue(Int.min).int == .min)
    }

    @Test("objects keep their order, equal in any, and change in place")
    func objects() {
        var object: JSONObject = ["b": 1, "a": 2]
        object["b"] = 3
        object["c"] = 4
        object["a"] = nil
        #expect(object.keys == ["b", "c"] && JSONValue.object(object).text == #"{"b":3,"c":4}"#)
        let swapped: JSONObject = ["c": 4, "b": 3]
        #expect(object == swapped && object.hashValue == swapped.hashValue)
        #expect(JSONValue.object(object).canonicalText == #"{"b":3,"c":4}"#)
        #expect(JSONValue.object(["é": 1, "z": 2, "Z": 3]).canonicalText == #"{"Z":3,"z":2,"é":1}"#)
    }

    @Test("what is written is read back the same, compact, canonical and pretty")
    func writing() throws {
        let value: JSONValue = [
            "text": "\u{0}\u{1F}\"\\/é😀\n\r\t\u{7F}\u{2028}", "empty": [[], [:]], "deep": ["k": [1, true, .null]],
        ]
        for text in [value.text, value.canonicalText, value.prettyText] { #expect(try JSONValue.parse(text) == value) }
        #expect(value["text"]?.text.contains(#"\u0000\u001f"#) == true)
        #expect((["a": [1], "b": [:]] as JSONValue).prettyText == "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}")
    }

    @Test("Foundation reads what is written, and through Codable a value comes back")
    func foundation() throws {
        let value = try JSONValue.parse(#"{"a":[1,-2.5,1e3,true,null,"é\u0001"],"b":{"c":9007199254740993}}"#)
        let decoded = try JSONDecoder().decode(JSONValue.self, from: Data(value.bytes))
        #expect(decoded["b"]?["c"]?.int == 9_007_199_254_740_993)
        #expect(decoded["a"]?[1]?.double == -2.5 && decoded["a"]?[4] == .null && decoded["a"]?[5]?.string == "é\u{1}")
        let encoded = try JSONValue.parse(JSONEncoder().encode(value))
        #expect(encoded["b"] == value["b"] && encoded["a"]?[0] == 1 && encoded["a"]?[5] == value["a"]?[5])
    }

    @Test("mutated texts are refused or read back the same, never a crash", arguments: 0..<20)
    func mutations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let source = Array(#"{"a":[1,-2.5e3,"x\n\u00e9\ud83d\ude00",true],"b":{"c":null,"d":"é"},"e":[[[]]]}"#.utf8)
        let spice = Array("{}[]\",:\\u0e-+.tfn \u{1}".utf8) + [0xFF, 0xC3]
        for _ in 0..<300 {
            var bytes = source
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = spice.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(spice.randomElement(using: &random) ?? 0, at: place)
                }
            }
            guard let value = try? JSONValue.parse(bytes) else { continue }
            #expect(try JSONValue.parse(value.bytes) == value)
            #expect((try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])) != nil)
        }
    }
}
