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
        "paths": .object(JSONObject(paths.map { .init(key: $0.path, value: .object(JSONObject($0.methods))) })),
        "components": ["schemas": ["Problem": problem]],
    ]

    static let askSchema: JSONValue = schema(
        required: ["prompt"],
        [
            ("prompt", ["type": "string", "minLength": 1]), ("system", ["type": ["string", "null"]]),
            ("task", ["type": ["string", "null"]]), ("model", ["type": ["string", "null"]]),
            ("max_tokens", ["type": ["integer", "null"], "minimum": 1]),
            ("temperature", ["type": ["number", "null"], "minimum": 0, "maximum": 2]),
            ("max_cost_usd", ["type": ["string", "null"], "pattern": "^[0-9]+(\\.[0-9]+)?$"]),
            ("cache", ["type": ["boolean", "null"]]),
        ])

    static let estimateSchema: JSONValue = schema(
        required: ["model", "input_tokens", "output_tokens"],
        [
            ("model", ["type": "string", "minLength": 1]), ("input_tokens", ["type": "integer", "minimum": 0]),
            ("output_tokens", ["type": "integer", "minimum": 0]),
            ("cached_tokens", ["type": ["integer", "null"], "minimum": 0]),
        ])

    private static let problem: JSONValue = schema(
        required: ["type", "title", "status", "detail", "code"],
        [
            ("type", ["type": "string"]), ("title", ["type": "string"]), ("status", ["type": "integer"]),
            ("detail", ["type": "string"]), ("code", ["type": "string"]), ("advice", ["type": ["string", "null"]]),
        ])

    static func schema(required: [String], _ members: [(String, JSONValue)]) -> JSONValue {
        [
            "type": "object", "required": .array(required.map(JSONValue.string)),
            "properties": .object(JSONObject(members.map { .init(key: $0.0, value: $0.1) })),
        ]
    }

    private static var paths: [(path: String, methods: [JSONObject.Member])] {
        var paths: [(path: String, methods: [JSONObject.Member])] = []
        for operation in ManagementAPI.operations {
            let entry = JSONObject.Member(key: operation.method.lowercased(), value: describe(operation))
            if let index = paths.firstIndex(where: { $0.path == operation.path }) {
                paths[index].methods.append(entry)
            } else {
                paths.append((operation.path, [entry]))
            }
        }
        return paths
    }

    private static func describe(_ operation: APIOperation) -> JSONValue {
        var object: JSONObject = [
            "summary": .string(operation.summary),
            "operationId": .string(identifier(operation)),
            "responses": [
                "200": [
                    "description": "Done.",
                    "content": ["application/json": ["schema": ["type": .string(operation.responseKind.rawValue)]]],
                ],
                "default": [
                    "description": "A problem (RFC 9457).",
                    "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
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

    private static func describe(_ parameter: APIOperation.Parameter) -> JSONValue {
        var schema: JSONObject = ["type": parameter.range == nil ? "string" : "integer"]
        if let range = parameter.range {
            schema["minimum"] = JSONValue(range.lowerBound)
            if range.upperBound < Int.max { schema["maximum"] = JSONValue(range.upperBound) }
        }
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
