import DirGenAPI
import DirGenCore
import LLMCore

/// The OpenAPI 3.1 document of the management API, made from its operations.
enum OpenAPI {
    static let document: JSONValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "DirGen management API", "version": .string(DirGenVersion.current),
            "description":
                "The documents that the command line prints as JSON, over HTTP. Money is a decimal string, unknown is null.",
        ],
        "paths": .object(JSONObject(content.paths)), "components": ["schemas": .object(content.schemas.components)],
    ]

    static let askSchema = request(
        AskDocument.self,
        [
            "prompt": ["minLength": 1, "pattern": "\\S"], "max_tokens": ["minimum": 1, "maximum": 1_000_000_000],
            "temperature": ["minimum": 0, "maximum": 2],
            "max_cost_usd": ["pattern": "^[0-9]{1,6}(\\.[0-9]{1,12})?$"],
            "tags": ["maxItems": JSONValue(CallTag.most)],
        ])

    static let estimateSchema = request(
        EstimateRequestDocument.self,
        [
            "model": ["minLength": 1], "input_tokens": tokens, "output_tokens": tokens, "cached_tokens": tokens,
        ])

    private static let tokens: JSONObject = ["minimum": 0, "maximum": 1_000_000_000]

    /// The schema of a request's body.
    ///
    /// - Parameter rules: Further keywords, by member.
    static func request(_ type: (some Document).Type, _ rules: [String: JSONObject] = [:]) -> JSONValue {
        // `false` lets nothing pass; a test sees that no type comes to it.
        (try? DocumentSchemas.request(type, rules)) ?? false
    }

    private static let content: (paths: [JSONObject.Member], schemas: DocumentSchemas) = {
        var schemas = DocumentSchemas()
        var paths: [(path: String, methods: JSONObject)] = []
        for operation in ManagementAPI.operations {
            let index = paths.firstIndex { $0.path == operation.path } ?? paths.endIndex
            if index == paths.endIndex { paths.append((operation.path, [:])) }
            paths[index].methods[operation.method.lowercased()] = describe(operation, &schemas)
        }
        return (paths.map { .init(key: $0.path, value: .object($0.methods)) }, schemas)
    }()

    private static func describe(_ operation: APIOperation, _ schemas: inout DocumentSchemas) -> JSONValue {
        var object: JSONObject = [
            "summary": .string(operation.summary),
            "operationId": .string(identifier(operation)),
            "responses": [
                "\(operation.status)": ["description": "Done.", "content": .object(content(of: operation, &schemas))],
                "default": [
                    "description": "A problem (RFC 9457).",
                    "content": ["application/problem+json": ["schema": schema(ProblemDocument.self, &schemas)]],
                ],
            ],
        ]
        if !operation.parameters.isEmpty { object["parameters"] = .array(operation.parameters.map(describe)) }
        if let schema = operation.requestSchema {
            object["requestBody"] = [
                "required": true, "content": ["application/json": ["schema": schema]],
            ]
        }
        return .object(object)
    }

    private static func content(of operation: APIOperation, _ schemas: inout DocumentSchemas) -> JSONObject {
        var content: JSONObject = [:]
        for form in operation.answers {
            switch form {
            case .document(let type): content["application/json"] = ["schema": schema(type, &schemas)]
            case .text(let mediaType): content[mediaType] = ["schema": ["type": "string"]]
            }
        }
        return content
    }

    private static func schema(_ type: any Document.Type, _ schemas: inout DocumentSchemas) -> JSONValue {
        // `false` says that there is no such answer; a test sees that no type comes to it.
        (try? schemas.answer(type)) ?? false
    }

    private static func describe(_ parameter: APIOperation.Parameter) -> JSONValue {
        var schema: JSONObject = ["type": parameter.range == nil ? "string" : "integer"]
        if let range = parameter.range {
            schema["minimum"] = JSONValue(range.lowerBound)
            schema["maximum"] = JSONValue(range.upperBound)
        }
        if parameter.range == nil { schema["minLength"] = 1 }
        if !parameter.words.isEmpty { schema["enum"] = .array(parameter.words.map(JSONValue.string)) }
        return [
            "name": .string(parameter.name), "in": parameter.isInPath ? "path" : "query",
            "required": .bool(parameter.isInPath), "description": .string(parameter.summary),
            "schema": .object(schema),
        ]
    }

    /// `getApiCallsId` of `GET /api/calls/{id}`.
    private static func identifier(_ operation: APIOperation) -> String {
        operation.path.split { "/{}".contains($0) }.reduce(into: operation.method.lowercased()) { name, part in
            name += part.prefix(1).uppercased() + part.dropFirst()
        }
    }
}
