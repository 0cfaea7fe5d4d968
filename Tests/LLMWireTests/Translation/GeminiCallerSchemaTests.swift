import LLMCore
import Testing

@testable import LLMWire

@Suite("Schemas of Gemini's callers at other providers", .timeLimit(.minutes(1)))
struct GeminiCallerSchemaTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var openAPI: String
        var jsonSchema: String
        var testDescription: String { openAPI }
        init(_ openAPI: String, _ jsonSchema: String) { (self.openAPI, self.jsonSchema) = (openAPI, jsonSchema) }
    }

    static let cases: [Case] = [
        .init(#"{"type":"STRING"}"#, #"{"type":"string"}"#),
        .init(#"{"type":"string","description":"d"}"#, #"{"type":"string","description":"d"}"#),
        .init(#"{"type":"INTEGER","format":"int64","nullable":true}"#, #"{"type":["integer","null"]}"#),
        .init(
            #"{"type":"NUMBER","format":"double","minimum":0,"maximum":1}"#,
            #"{"type":"number","minimum":0,"maximum":1}"#),
        .init(#"{"type":"STRING","format":"date-time"}"#, #"{"type":"string","format":"date-time"}"#),
        .init(
            #"{"type":"STRING","format":"enum","enum":["a","b"],"nullable":true}"#,
            #"{"type":["string","null"],"enum":["a","b",null]}"#),
        .init(
            #"{"type":"ARRAY","items":{"type":"BOOLEAN","nullable":false},"minItems":"1","max_items":"3"}"#,
            #"{"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":3}"#),
        .init(
            #"{"anyOf":[{"type":"STRING"},{"type":"INTEGER"}],"nullable":true}"#,
            #"{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]}"#),
        .init(
            #"{"any_of":[{"type":"NULL"},{"type":"ARRAY","items":{"type":"STRING"}}]}"#,
            #"{"anyOf":[{"type":"null"},{"type":"array","items":{"type":"string"}}]}"#),
        .init(#"{"type":"TYPE_UNSPECIFIED","title":"t"}"#, #"{"title":"t"}"#),
        .init(#"{"type":"STRING","example":"x","default":null}"#, #"{"type":"string","examples":["x"]}"#),
        .init(
            ##"{"ref":"#/defs/A","defs":{"A":{"type":"STRING"}}}"##,
            ##"{"$ref":"#/$defs/A","$defs":{"A":{"type":"string"}}}"##),
        // A property may be called as a keyword is.
        .init(
            #"{"type":"OBJECT","properties":{"type":{"type":"STRING"},"nullable":{"type":"BOOLEAN"}},"property_ordering":["nullable"],"required":["type"]}"#,
            #"{"type":"object","properties":{"nullable":{"type":"boolean"},"type":{"type":"string"}},"required":["type"]}"#
        ),
    ]

    @Test("the words of OpenAPI become those of JSON Schema", arguments: cases)
    func words(_ row: Case) throws {
        let schema = try JSONValue.parse(row.openAPI)
        #expect(try OpenAPISchema.jsonSchema(schema).text == JSONValue.parse(row.jsonSchema).text)
        // What is JSON Schema stays as it is.
        #expect(try OpenAPISchema.jsonSchema(JSONValue.parse(row.jsonSchema)) == JSONValue.parse(row.jsonSchema))
    }

    private static let openAPI =
        #"{"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true}},"propertyOrdering":["a"],"required":["a"]}"#
    private static let plain: JSONValue = [
        "type": "object", "properties": ["a": ["type": ["string", "null"]]], "required": ["a"],
    ]

    private static func encode(_ member: String, to dialect: WireDialect) throws -> WireRequest {
        let body = #"{"contents":[{"parts":[{"text":"q"}]}],\#(member)}"#
        let client = try RequestDecoder.decode(Array(body.utf8), flavour: .gemini, pathModel: "m")
        return try RequestEncoder.encode(client.request, model: "m", dialect: dialect, quirks: .generic)
    }

    private static let others = [WireDialect.anthropic, .openai, .openaiResponses]

    @Test("a tool's parameters, also those that are JSON Schema already", arguments: others)
    func tools(dialect: WireDialect) throws {
        func sent(_ member: String) throws -> JSONValue? {
            let body = try Samples.body(
                Self.encode(#""tools":[{"functionDeclarations":[{"name":"w",\#(member)}]}]"#, to: dialect))
            let tool = body["tools"]?[0]
            return tool?["input_schema"] ?? tool?["function"]?["parameters"] ?? tool?["parameters"]
        }
        #expect(try sent(#""parameters":\#(Self.openAPI)"#) == Self.plain)
        let own: JSONValue = ["type": "object", "properties": ["a": ["const": "STRING"]], "nullable": true]
        #expect(try sent(#""parametersJsonSchema":\#(own.text)"#) == own)
    }

    @Test("the schema of an answer, whose objects are closed", arguments: others)
    func answers(dialect: WireDialect) throws {
        func sent(_ member: String) throws -> JSONValue? {
            let body = try Samples.body(
                Self.encode(
                    #""generationConfig":{"responseMimeType":"application/json",\#(member)}"#, to: dialect))
            return body["output_config"]?["format"]?["schema"] ?? body["response_format"]?["json_schema"]?["schema"]
                ?? body["text"]?["format"]?["schema"]
        }
        var closed = try #require(Self.plain.object)
        closed["additionalProperties"] = false
        #expect(try sent(#""responseSchema":\#(Self.openAPI)"#) == .object(closed))
        #expect(try sent(#""response_json_schema":\#(Self.plain.text)"#) == Self.plain)
    }

    @Test("and at Gemini the caller's own bytes")
    func gemini() throws {
        let member =
            #""tools":[{"functionDeclarations":[{"name":"w","parameters":\#(Self.openAPI)}]}],"generationConfig":{"responseSchema":\#(Self.openAPI)}"#
        let sent = String(decoding: try Self.encode(member, to: .gemini).body, as: UTF8.self)
        #expect(sent.contains(member))
    }
}
