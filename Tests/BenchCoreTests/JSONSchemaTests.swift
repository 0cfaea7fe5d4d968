import LLMCore
import Synchronization
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
            (#"{"const":{"a":[1.0,null]}}"#, [#"{"a":[1,null]}"#], [#"{"a":[1]}"#, "null"]),
            (#"{"const":null}"#, ["null"], ["0", "false", "{}"]),
            (#"{"anyOf":[{"type":"string"},{"minimum":5}]}"#, ["\"a\"", "5", "null"], ["4"]),
            (#"{"allOf":[{"minimum":1},{"maximum":3}]}"#, ["2"], ["0", "4"]),
            (#"{"oneOf":[{"minimum":5},{"maximum":9},{"type":"string"}]}"#, ["10", "4"], ["7", "\"a\""]),
            (#"{"oneOf":[{"multipleOf":2},{"multipleOf":3}]}"#, ["4", "9"], ["6", "5"]),
            (#"{"not":{"required":["a"]}}"#, ["{}"], [#"{"a":1}"#, "1"]),
            (#"{"not":{}}"#, [], ["1", "null"]), (#"{"not":false}"#, ["1"], []),
            (
                #"{"if":{"properties":{"k":{"const":1}},"required":["k"]},"then":{"required":["a"]},"else":{"required":["b"]}}"#,
                [#"{"k":1,"a":0}"#, #"{"k":2,"b":0}"#], [#"{"k":1,"b":0}"#, #"{"a":0}"#]
            ),
            (#"{"then":false,"else":false}"#, ["1"], []), (#"{"if":false,"then":false}"#, ["1"], []),
            (
                #"{"multipleOf":0.01}"#,
                ["0.07", "1", "0", "-4.35", "1e300", "10.11", "2.2", "2.3", "20.29", "100", "1011e-2"],
                ["0.075", "0.001", "1.111111111"]
            ), (#"{"multipleOf":1e-8}"#, ["12391239123", "1e308"], ["1.000000001"]),
            (#"{"multipleOf":0.0000001}"#, ["999999999.1234567"], ["999999999.12345678"]),
            (#"{"multipleOf":11.0}"#, ["9007199254740995"], ["9007199254740994"]),
            (
                #"{"multipleOf":7}"#, ["7000000000000000000000000000007", "0", "-7"],
                ["8", "7000000000000000000000000000008"]
            ),
            (
                #"{"prefixItems":[{"type":"string"},{"type":"number"}],"items":false}"#, [#"["a",1]"#, #"["a"]"#],
                [#"["a",1,2]"#, "[1]"]
            ),
            (#"{"contains":{"const":1}}"#, ["[0,1]"], ["[]", "[0]"]),
            (
                #"{"contains":{"const":1},"minContains":2,"maxContains":3}"#, ["[1,1,0]", "[1,1,1]"],
                ["[1]", "[1,1,1,1]"]
            ),
            (#"{"contains":true,"minContains":0}"#, ["[]"], []),
            (
                #"{"uniqueItems":true}"#, ["[1,2,\"1\"]", "[{\"a\":1},{\"a\":2}]", "[0,false]"],
                ["[1,1.0]", "[{\"a\":1,\"b\":2},{\"b\":2.0,\"a\":1}]", "[[],[]]"]
            ),
            (#"{"uniqueItems":false}"#, ["[1,1]"], []),
            (
                #"{"patternProperties":{"^n_":{"type":"number"}},"additionalProperties":false}"#, [#"{"n_a":1}"#],
                [#"{"n_a":"x"}"#, #"{"m":1}"#]
            ),
            (#"{"propertyNames":{"maxLength":2}}"#, [#"{"ab":1}"#], [#"{"abc":1}"#]),
            (#"{"dependentRequired":{"a":["b"]}}"#, [#"{"b":1}"#, #"{"a":1,"b":1}"#, "{}"], [#"{"a":1}"#]),
            (
                #"{"dependentSchemas":{"a":{"maxProperties":1}}}"#, [#"{"a":1}"#, #"{"b":1,"c":1}"#],
                [#"{"a":1,"b":1}"#]
            ),
            (
                ##"{"$ref":"#/$defs/n","maximum":9,"$defs":{"n":{"minimum":5}}}"##, ["5", "9"],
                ["4", "10"]
            ),
            (#"{"minimum":0.1}"#, ["0.1", "0.10000000000000000001"], ["0.09999999999999999999999999"]),
            (
                #"{"maximum":9007199254740992}"#, ["9007199254740992.0"],
                ["9007199254740993", "9007199254740992.000000001"]
            ),
            (#"{"exclusiveMaximum":1e400}"#, ["9.9e399", "-1e500"], ["1e400", "10e399", "1e401"]),
            (
                #"{"enum":[123456789012345678901234567890]}"#, ["123456789012345678901234567890.0"],
                ["123456789012345678901234567891"]
            ),
            (#"{"type":"integer","const":1e400}"#, ["10e399"], ["1e399", "1.5e0"]),
            (#"{"minimum":-9007199254740993}"#, ["-9007199254740993"], ["-9007199254740994"]),
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
            (#"{"anyOf":[]}"#, ["anyOf"]), (#"{"$ref":"x"}"#, ["$ref"]), (##"{"$ref":"#/$defs/none"}"##, ["$ref"]),
            (#"{"$ref":5}"#, ["$ref"]), (#"{"$ref":"https://example.org/s.json#/a"}"#, ["$ref"]),
            (#"{"unevaluatedProperties":false}"#, ["unevaluatedProperties"]),
            (##"{"$dynamicRef":"#a"}"##, ["$dynamicRef"]), (#"{"properties":{"a":{"tpye":1}}}"#, ["properties", "a"]),
            (#"{"$defs":{"a":{"minimun":1}}}"#, ["$defs", "a", "minimun"]), (#"{"items":[{}]}"#, ["items"]),
            (#"{"type":"strng"}"#, ["type"]), (#"{"type":[]}"#, ["type"]), (#"{"required":"a"}"#, []),
            (#"{"enum":[]}"#, []), (#"{"pattern":"("}"#, []), (#"{"patternProperties":{"(":{}}}"#, []),
            (#"{"minLength":-1}"#, []), (#"{"minimum":"1"}"#, []), (#"{"multipleOf":0}"#, []),
            (#"{"multipleOf":-2}"#, []), (#"{"properties":[]}"#, []), ("5", []), (#"{"not":5}"#, ["not"]),
            (#"{"additionalProperties":1}"#, []), (#"{"maxItems":1.5}"#, []), (#"{"uniqueItems":1}"#, []),
            (#"{"exclusiveMinimum":true}"#, []), (#"{"properties":{"a":{"$id":"b"}}}"#, ["properties", "a", "$id"]),
        ])
    func refused(schema: String, under: [String]) throws {
        let value = try JSONValue.parse(schema)
        let error = #expect(throws: JSONSchema.Invalid.self) { try JSONSchema(value) }
        #expect(error?.faults.count == 1)
        #expect(error?.faults.first?.path.starts(with: under.map { .key($0) }) == true)
        #expect(error?.faults.first?.message.isEmpty == false)
    }

    @Test("everything that is wrong with a schema is told at once")
    func allFaults() throws {
        let value = try JSONValue.parse(
            """
            {"unevaluatedItems":false,"$dynamicRef":"#x","type":"int","properties":{"a":{"minumum":1,"minLength":"2"}},
            "$defs":{"unused":{"tpye":"object"}},"anyOf":[{"enum":[]},{"$ref":"#/nowhere"}]}
            """)
        let error = #expect(throws: JSONSchema.Invalid.self) { try JSONSchema(value) }
        let places = (error?.faults ?? []).map { fault in
            fault.path.map { if case .key(let key) = $0 { key } else { "" } }.joined(separator: "/")
        }
        #expect(
            Set(places) == [
                "unevaluatedItems", "$dynamicRef", "type", "properties/a/minumum", "properties/a/minLength",
                "$defs/unused/tpye", "anyOf//enum", "anyOf//$ref",
            ])
    }

    @Test(
        "annotations judge nothing, wherever they stand",
        arguments: [
            #""title":"T""#, #""description":"D""#, #""default":5"#, #""examples":[5]"#, #""$comment":"c""#,
            #""deprecated":true"#, #""readOnly":true"#, #""writeOnly":false"#, #""format":"date-time""#,
            #""format":"no such format""#, #""contentEncoding":"base64""#, #""contentMediaType":"text/html""#,
            #""contentSchema":false"#, #""x-order":3"#, #""$anchor":"here""#,
        ])
    func annotations(member: String) throws {
        for text in ["{\(member)}", #"{"items":{\#(member)}}"#, #"{"anyOf":[{\#(member)},false]}"#] {
            let schema = try JSONSchema(JSONValue.parse(text))
            for value in ["1", "\"a\"", "[1]", "{}"] {
                #expect(try schema.violation(of: JSONValue.parse(value), isOver: { false }) == nil, "\(text) \(value)")
            }
        }
    }

    /// A tree whose nodes may have no other members, in the words of each draft.
    private static let trees = [
        ##"{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","required":["v"],"properties":{"v":{"type":"integer"},"next":{"$ref":"#/$defs/node"}},"additionalProperties":false}}}"##,
        ##"{"$ref":"#/definitions/a~1b%20c","definitions":{"a/b c":{"type":"object","required":["v"],"properties":{"v":{"type":"integer"},"next":{"$ref":"#/definitions/a~1b%20c"}},"additionalProperties":false}}}"##,
        ##"{"type":"object","required":["v"],"properties":{"v":{"type":"integer"},"next":{"$ref":"#"}},"additionalProperties":false}"##,
        ##"{"$id":"https://e.x/t","$ref":"#tree","$defs":{"t":{"$anchor":"tree","type":"object","required":["v"],"properties":{"v":{"type":"integer"},"next":{"$ref":"https://e.x/t#tree"}},"additionalProperties":false}}}"##,
    ]

    @Test("a schema may contain itself", arguments: trees)
    func recursive(schema: String) throws {
        let schema = try JSONSchema(JSONValue.parse(schema))
        func violation(_ text: String) throws -> String? {
            try schema.violation(of: JSONValue.parse(text), isOver: { false })
        }
        #expect(try violation(#"{"v":1,"next":{"v":2,"next":{"v":3}}}"#) == nil)
        #expect(
            try violation(#"{"v":1,"next":{"v":2,"next":{"v":"3"}}}"#) == "next.next.v: expected integer, found string")
        #expect(try violation(#"{"v":1,"next":{"v":2,"nxet":1}}"#) == "next.nxet: is not allowed")
    }

    @Test(
        "a schema that leads back to itself for the same value is refused",
        arguments: [
            ##"{"$ref":"#"}"##, ##"{"allOf":[{"$ref":"#"}]}"##, ##"{"not":{"anyOf":[true,{"$ref":"#"}]}}"##,
            ##"{"$ref":"#/$defs/a","$defs":{"a":{"oneOf":[{"$ref":"#/$defs/b"}]},"b":{"if":{"$ref":"#/$defs/a"}}}}"##,
            ##"{"dependentSchemas":{"a":{"$ref":"#"}}}"##,
        ])
    func cycles(schema: String) throws {
        let value = try JSONValue.parse(schema)
        let error = #expect(throws: JSONSchema.Invalid.self) { try JSONSchema(value) }
        #expect(error?.faults.map(\.message) == ["refers to itself without going into an item or a member"])
    }

    @Test("alternatives that contain themselves are stopped in time, not tried in all combinations")
    func exponential() throws {
        let schema = try JSONSchema(
            JSONValue.parse(
                ##"{"anyOf":[{"properties":{"a":{"$ref":"#"}},"dependentRequired":{"a":["b"]}},{"properties":{"a":{"$ref":"#"}},"dependentRequired":{"a":["c"]}}]}"##
            ))
        let value = try JSONValue.parse(
            String(repeating: #"{"a":"#, count: 200) + "{\"a\":1}" + String(repeating: "}", count: 200))
        let looks = Mutex(0)
        #expect(throws: JSONSchema.Undecided.self) {
            try schema.violation(
                of: value,
                isOver: {
                    looks.withLock {
                        $0 += 1; return $0 > 20
                    }
                })
        }
    }

    @Test("text is compared by canonical equivalence in every keyword")
    func normalForms() throws {
        let forms = ["caf\u{E9}", "cafe\u{301}"]
        for (schema, value) in forms.flatMap({ schema in forms.map { (schema, $0) } }) {
            for text in [
                #"{"pattern":"^\#(schema)$"}"#, #"{"enum":["\#(schema)"]}"#, #"{"const":{"k":["\#(schema)"]}}"#,
                #"{"maxLength":4,"minLength":4}"#,
            ] {
                let isObject = text.contains("const")
                let value: JSONValue = isObject ? ["k": [.string(value)]] : .string(value)
                #expect(try JSONSchema(JSONValue.parse(text)).violation(of: value, isOver: { false }) == nil, "\(text)")
            }
            let object: JSONValue = .object([value: 1])
            for text in [
                #"{"required":["\#(schema)"]}"#, #"{"properties":{"\#(schema)":{}},"additionalProperties":false}"#,
                #"{"patternProperties":{"^\#(schema)$":true},"additionalProperties":false}"#,
                #"{"propertyNames":{"const":"\#(schema)"}}"#,
            ] {
                #expect(
                    try JSONSchema(JSONValue.parse(text)).violation(of: object, isOver: { false }) == nil, "\(text)")
            }
        }
    }
}
