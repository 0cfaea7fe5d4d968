import LLMCore
import Testing
import YAMLReading

@Suite("YAML texts", .timeLimit(.minutes(5)))
struct YAMLTextTests {
    private func value(_ text: String) throws -> JSONValue? {
        try YAMLText(text).root.flatMap { JSONValue(yaml: $0) }
    }

    @Test(
        "scalars become the JSON that they mean, literals kept",
        arguments: [
            ("0.010", "0.010"), ("1e3", "1e3"), ("-7", "-7"), ("0x10", "16"), ("1_000", "1000"), (".5", "0.5"),
            ("true", "true"), ("~", "null"), ("null", "null"), (".inf", "\".inf\""), ("'7'", "\"7\""),
            ("a b", "\"a b\""),
            ("2026-11-29", "\"2026-11-29\""),
            ("True", "true"), ("FALSE", "false"), ("no", "\"no\""), ("Yes", "\"Yes\""), ("ON", "\"ON\""),
            ("off", "\"off\""),
            ("y", "\"y\""), ("NULL", "null"), ("010", "10"), ("-007", "-7"), ("+09", "9"), ("00", "0"), ("0o10", "8"),
            ("0", "0"), ("0.5", "0.5"), ("012.5", "12.5"), ("12:30", "\"12:30\""), ("12:30:45.5", "\"12:30:45.5\""),
            ("'no'", "\"no\""), ("'010'", "\"010\""), ("!!str 7", "\"7\""), ("<<", "\"<<\""),
        ])
    func scalars(text: String, json: String) throws {
        #expect(try value(text)?.text == json)
    }

    @Test("mappings keep their order, and aliases are followed")
    func trees() throws {
        #expect(
            try value("b: &x [1, {c: d}]\na: *x\n2: {}\n")?.text == #"{"b":[1,{"c":"d"}],"a":[1,{"c":"d"}],"2":{}}"#)
        #expect(try YAMLText("").root == nil && YAMLText("# nothing\n").root == nil)
    }

    @Test(
        "a merge key brings members that are not written out; the mapping named first wins",
        arguments: [
            ("d: &d {a: 1, b: 2}\nx:\n  <<: *d\n  b: 3\n  c: 4", #"{"a":1,"b":3,"c":4}"#),
            ("d: &d {a: 1, b: 2}\nx: {b: 3, <<: *d}", #"{"b":3,"a":1}"#),
            ("d: &d {a: 1}\ne: &e {a: 2, b: 2}\nx: {<<: [*d, *e]}", #"{"a":1,"b":2}"#),
            ("d: &d {a: 1}\ne: &e {<<: *d, b: 2}\nx: {<<: *e}", #"{"a":1,"b":2}"#),
            ("x: {'<<': 1}", #"{"<<":1}"#),
        ])
    func merges(text: String, json: String) throws {
        #expect(try value(text)?["x"]?.text == json)
    }

    @Test("aliases that blow a text up give no value")
    func billionLaughs() throws {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            yaml += "a\(level): &a\(level) [\(items)]\n"
        }
        #expect(try value(yaml) == nil)
    }

    @Test(
        "what is not YAML is told with its place",
        arguments: [
            ("a: [\n", 2, 1, "not YAML: "), ("a: 1\n b: 2\n", 2, 3, "not YAML: "),
            ("a: 1\na: 2\n", 1, 1, "keys given twice: a"),
            ("a:\n  <<: 7\n", 2, 7, "<< merges a mapping"), ("a: {<<: [{b: 1}, c]}", 1, 9, "<< merges a mapping"),
        ])
    func faults(text: String, line: Int, column: Int, message: String) throws {
        let fault = try #require(throws: YAMLText.Fault.self) { try YAMLText(text) }
        #expect(fault.line == line && fault.message.hasPrefix(message), "\(fault)")
        #expect(fault.column == column, "\(fault)")
    }
}
