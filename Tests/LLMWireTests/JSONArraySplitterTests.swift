import Testing

@testable import LLMWire

@Suite("JSON arrays in pieces", .timeLimit(.minutes(2)))
struct JSONArraySplitterTests {
    @Test(
        "elements come out the same at every split",
        arguments: [
            ("[]", []), (" [ ] ", []), (#"[{"a":1}]"#, [#"{"a":1}"#]),
            ("[{\"a\":\"]},{[\"}\r\n,\r\n{\"b\":[1,{\"c\":2}]}\n]\n", [#"{"a":"]},{["}"#, #"{"b":[1,{"c":2}]}"#]),
            (#"[{"a":"\\"},{"b":"\"}"}]"#, [#"{"a":"\\"}"#, #"{"b":"\"}"}"#]),
            (#"[1, "x,y" ,null,[2,3]]"#, ["1", #""x,y" "#, "null", "[2,3]"]),
            (#"[{"text":"é🇪🇸"}]"#, [#"{"text":"é🇪🇸"}"#]),
        ])
    func everySplit(input: String, elements: [String]) {
        let bytes = Array(input.utf8)
        for cut in 0...bytes.count {
            var splitter = JSONArraySplitter()
            var found: [String] = []
            for piece in [bytes[..<cut], bytes[cut...]] {
                piece.withUnsafeBytes { splitter.append($0) }
                while let element = splitter.next() { found.append(String(decoding: element, as: UTF8.self)) }
            }
            #expect(found == elements, "cut at \(cut)")
            #expect(splitter.closed)
        }
    }

    @Test("an array that is cut gives its whole elements only")
    func cutArray() {
        var splitter = JSONArraySplitter()
        Array(#"[{"a":1},{"b":"#.utf8).withUnsafeBytes { splitter.append($0) }
        #expect(splitter.next() == Array(#"{"a":1}"#.utf8))
        #expect(splitter.next() == nil)
        #expect(!splitter.closed)
    }
}
