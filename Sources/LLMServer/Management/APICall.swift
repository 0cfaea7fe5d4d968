import BenchCore
import DirGenAPI
import DirGenBench
import DirGenCore
import LLMCore
import LLMService

/// A request to an operation, its values checked against what the operation says of them.
struct APICall: Sendable {
    let dirgen: DirGen
    let runs: LiveRuns
    let access: ClientAccess
    /// Of the virtual key that the request came with; `nil` for none.
    let grant: AccessGrant?
    private let values: [String: String]
    let body: JSONValue

    /// - Throws: ``APIError`` for a value that is not what its parameter says, or an unknown item of the query.
    init(
        _ api: ManagementAPI, _ operation: APIOperation, path: [String: String], query: [(name: String, value: String)],
        body: [UInt8], grant: AccessGrant?
    ) throws(APIError) {
        var values = path
        for item in query {
            guard let parameter = operation.parameters.first(where: { $0.name == item.name && !$0.isInPath }) else {
                throw APIError(.invalidInput, "there is no parameter '\(item.name)'")
            }
            if let range = parameter.range, Int(item.value).map({ !range.contains($0) }) ?? true {
                throw APIError(
                    .invalidInput,
                    "\(item.name): expected a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            guard values[item.name] == nil else {
                throw APIError(.invalidInput, "\(item.name): it is given twice")
            }
            guard !item.value.isEmpty else { throw APIError(.invalidInput, "\(item.name): it is empty") }
            guard parameter.words.isEmpty || parameter.words.contains(item.value) else {
                throw APIError(
                    .invalidInput, "\(item.name): expected one of \(parameter.words.joined(separator: ", "))")
            }
            values[item.name] = item.value
        }
        (dirgen, runs) = (api.dirgen, api.runs)
        access = api.access
        self.grant = grant
        self.values = values
        self.body = try Self.checked(body, operation.requestSchema)
    }

    /// The body as JSON that fits the schema; `null` where there is no schema.
    private static func checked(_ body: [UInt8], _ schema: JSONValue?) throws(APIError) -> JSONValue {
        guard let schema else { return .null }
        guard let json = try? JSONValue.parse(body) else { throw APIError(.invalidInput, "the body is not JSON") }
        let violation: String?
        do { violation = try JSONSchema(schema).violation(of: json) } catch {
            violation = "it cannot be checked: \(error)"
        }
        if let violation { throw APIError(.invalidInput, "the body: \(violation)") }
        return json
    }

    subscript(name: String) -> String? { values[name] }
    func number(_ name: String, default value: Int) -> Int { values[name].flatMap { Int($0) } ?? value }

    /// The database with the bench's ports.
    func store() throws(APIError) -> any BenchStore {
        guard let store = dirgen.store as? any BenchStore else {
            throw APIError(.store(.notFound), "this server keeps no database")
        }
        return store
    }

    /// Runs `body`, which looks up what the caller names: a name that nobody knows is an error of its own here.
    func known<Value>(_ code: ErrorCode, _ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as ConfigurationError {
            throw APIError(code, error.errorMessage)
        }
    }

    /// The model that the caller names.
    func model(named text: String) throws(APIError) -> ModelID {
        do { return try dirgen.configuration.model(named: text) } catch {
            throw APIError(.unknownModel, error.errorMessage)
        }
    }

    /// The choice of a model that the caller names: an alias, `auto`, `auto/` and a task, or a model.
    func wish(named text: String) throws(APIError) -> ModelWish {
        do { return try dirgen.configuration.wish(named: text) } catch {
            throw APIError(.unknownModel, error.errorMessage)
        }
    }

    /// Refuses the name of a provider that is not configured.
    func requireProvider(_ name: ProviderID) throws(APIError) {
        guard dirgen.configuration.provider(name) != nil else {
            throw APIError(.unknownProvider, "provider: there is none named '\(name)'")
        }
    }

    /// The body as a document.
    func read<Value: Document>(_ type: Value.Type) throws(APIError) -> Value {
        do {
            return try Value(json: body)
        } catch let error as DecodingError {
            throw APIError(.invalidInput, "the body: \(error.words)")
        } catch {
            throw APIError(.invalidInput, "the body: \(error)")
        }
    }
}

/// An error of the management API itself.
struct APIError: CodedError {
    let errorCode: ErrorCode
    let errorMessage: String
    init(_ code: ErrorCode, _ message: String) { (errorCode, errorMessage) = (code, message) }
}

extension DecodingError {
    /// The place and what is wrong there, without Swift's own names.
    fileprivate var words: String {
        switch self {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            (context.codingPath.map(\.stringValue).joined(separator: ".") + ": " + context.debugDescription)
        @unknown default: "it cannot be read"
        }
    }
}
