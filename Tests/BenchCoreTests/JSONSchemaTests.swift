import LLMCore
import Testing

@testable import BenchCore

@Suite("JSON Schema", .timeLimit(.minutes(2)))
struct JSONSchemaTests {
    @Test(
        "each keyword",
        arguments: [
            (#"{}"#, ["1", "null", "{}"], []), ("true", ["1"], []), ("false", [], ["1", "null"]),
            (#"{"type":"integer"}"#, ["1", "1.0", "1e3", "-0", "12345678901234567890"], ["1.5", "\"1\"", "true"]),
            (#"{"type":"number"}"#, ["1", "1.5"], ["\"1\""]), (#"{"type":"null"}"#, ["null"], ["0", "false"]),
            (#"{"type":["string","boolean"]}"#, ["\"a\"", "true"], ["1", "null", "[]"]),
            (#"{"type":"object"}"#, ["{}"], ["[]"]), (#"{"type":"array"}"#, ["[]"], ["{}"]),
            (#"{"enum":["a",1,{"k":[1]}]}"#, ["\"a\"", "1.0", "{\"k\":[1.0]}"], ["\"b\"", "2", "{\"k\":[]}"]),
            (#"{"pattern":"^a+$"}"#, ["\"aa\"", "5"], ["\"ab\"", "\"\""]),
            (#"{"minLength":2,"maxLength":3}"#, ["\"ab\"", "\"e\\u0301a\"", "1"], ["\"a\"", "\"abcd\""]),
            (#"{"minimum":1,"maximum":2}"#, ["1", "2", "1.5", "\"0\""], ["0.999", "2.001"]),
            (#"{"exclusiveMinimum":1,"exclusiveMaximum":2}"#, ["1.5"], ["1", "2"]),
            (#"{"minItems":1,"maxItems":2}"#, ["[1]", "[1,2]", "{}"], ["[]", "[1,2,3]"]),
            (#"{"items":{"type":"string"}}"#, ["[]", "[\"a\"]", "1"], ["[1]", "[\"a\",1]"]),
            (#"{"required":["a","b"]}"#, [#"{"a":1,"b":null}"#, "[]"], [#"{"a":1}"#, "{}"]),
            (#"{"minProperties":1,"maxProperties":1}"#, [#"{"a":1}"#], ["{}", #"{"a":1,"b":2}"#]),
            (
                #"{"properties":{"a":{"type":"string"},"b":false}}"#, ["{}", #"{"a":"x","c":1}"#],
                [#"{"a":1}"#, #"{"b":1}"#]
            ),
            (#"{"properties":{"a":{}},"additionalProperties":false}"#, [#"{"a":1}"#, "{}"], [#"{"a":1,"b":2}"#]),
            (
                #"{"properties":{"a":{}},"additionalProperties":{"type":"number"}}"#, [#"{"a":"x","b":2}"#],
                [#"{"b":"x"}"#]
            ),
            (#"{"items":{"properties":{"n":{"items":{"enum":[1]}}}}}"#, [#"[{"n":[1,1]}]"#], [#"[{"n":[1,2]}]"#]),
        ])
    func keywords(schema: String, valid: [String], invalid: [String]) throws {
        let schema = try JSONSchema(JSONValue.parse(schema))
        for text in valid {
            #expect(try schema.violation(of: JSONValue.parse(text), isOver: { false }) == nil, "\(text)")
        }
        for text in invalid {
            #expect(try schema.violation(of: JSONValue.parse(text), isOver: { false }) != nil, "\(text)")
        }
    }

    @Test("a violation names the place")
    func place() throws {
        let schema = try JSONSchema(
            JSONValue.parse(#"{"properties":{"modules":{"items":{"properties":{"name":{"type":"string"}}}}}}"#))
        let value = try JSONValue.parse(#"{"modules":[{"name":"a"},{"name":5}]}"#)
        #expect(try schema.violation(of: value, isOver: { false }) == "modules[1].name: expected string, found number")
    }

    @Test(
        "a schema that could not be kept is refused, with the place",
        arguments: [
            (#"{"anyOf":[]}"#, [String]()), (#"{"$ref":"x"}"#, []), (#"{"description":"d"}"#, []),
            (#"{"format":"date"}"#, []),
            (#"{"properties":{"a":{"const":1}}}"#, ["properties", "a"]), (#"{"items":[{}]}"#, []),
            (#"{"type":"strng"}"#, []), (#"{"type":[]}"#, []), (#"{"required":"a"}"#, []), (#"{"enum":[]}"#, []),
            (#"{"pattern":"("}"#, []), (#"{"minLength":-1}"#, []), (#"{"minimum":"1"}"#, []),
            (#"{"properties":[]}"#, []), ("5", []), (#"{"additionalProperties":1}"#, []), (#"{"maxItems":1.5}"#, []),
        ])
    func refused(schema: String, under: [String]) throws {
        let value = try JSONValue.parse(schema)
        let error = #expect(throws: JSONSchema.Invalid.self) { try JSONSchema(value) }
        #expect(error?.path.starts(with: under.map { .key($0) }) == true)
        #expect(error?.message.isEmpty == false)
    }
}
