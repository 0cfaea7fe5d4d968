import BenchCore
import LLMCore
import Testing

@testable import LLMServer

/// The schemas of the OpenAPI document, as a client reads them.
struct AnswerSchemas {
    func operation(_ operation: APIOperation) -> JSONValue? {
        OpenAPI.document["paths"]?[operation.path]?[operation.method.lowercased()]
    }

    /// - Parameter status: `nil` for a problem.
    func schema(of operation: APIOperation, status: Int?) throws -> JSONSchema {
        let response = self.operation(operation)?["responses"]?[status.map { "\($0)" } ?? "default"]
        let type = status == nil ? "application/problem+json" : "application/json"
        let schema = try #require(response?["content"]?[type]?["schema"], "\(operation.path)")
        let components = try #require(OpenAPI.document["components"]?["schemas"])
        // The checker knows the words of JSON Schema, not those of OpenAPI around it.
        let text = (["allOf": [schema], "$defs": components] as JSONValue).text
        return try JSONSchema(JSONValue.parse(text.replacing("#/components/schemas/", with: "#/$defs/")))
    }

    /// Expects an answer to be as its operation's description says.
    func expect(_ status: Int, _ mediaType: String?, _ body: String, of operation: APIOperation) throws {
        let fits = status == operation.status
        let name = "\(operation.method) \(operation.path)"
        #expect(mediaType == (fits ? "application/json" : "application/problem+json"), "\(name)")
        let violation = try schema(of: operation, status: fits ? status : nil).violation(of: JSONValue.parse(body))
        #expect(violation == nil, "\(name): \(body.prefix(2_000))")
    }
}
