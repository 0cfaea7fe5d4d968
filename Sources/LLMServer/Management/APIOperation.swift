import BenchCore
import DirGenAPI
import DirGenCore
import LLMCore

/// One operation of the management API: what the OpenAPI document says of it, and what answers it.
struct APIOperation: Sendable {
    /// A value in the path or the query.
    struct Parameter: Sendable, Hashable {
        var name: String
        var isInPath = false
        var summary: String
        /// Of a whole number, the range; `nil` for a text.
        var range: ClosedRange<Int>?
        /// The words allowed; empty for any.
        var words: [String] = []
    }

    var method: String
    /// `/api/calls/{id}`.
    var path: String
    var summary: String
    var parameters: [Parameter]
    /// The members of the request's body, as JSON Schema; `nil` for none.
    var requestSchema: JSONValue?
    var responseKind: ResponseKind
    var answer: @Sendable (APICall) async throws -> JSONValue
    /// The role of the key that a caller needs, where keys were issued.
    private(set) var role = VirtualKey.Role.admin

    enum ResponseKind: String, Sendable { case object, array }

    /// An operation that answers with a document.
    init<Response: Document>(
        _ method: String, _ path: String, _ summary: String, _ parameters: [Parameter] = [],
        request: JSONValue? = nil, answer: @escaping @Sendable (APICall) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.parameters = parameters
        requestSchema = request
        responseKind = Response.self is any RandomAccessCollection.Type ? .array : .object
        self.answer = { try await answer($0).json() }
    }

    /// The operation for clients that send requests, who manage nothing.
    func forClients() -> APIOperation {
        var operation = self
        operation.role = .use
        return operation
    }

    /// The values of the path's parameters; `nil` where the path is another.
    func match(_ segments: [String]) -> [String: String]? {
        let pattern = path.split(separator: "/").map(String.init)
        // The last one takes the rest: names of models hold slashes.
        let takesRest = pattern.last?.hasPrefix("{") == true
        guard segments.count == pattern.count || takesRest && segments.count > pattern.count else { return nil }
        var values: [String: String] = [:]
        for (index, part) in pattern.enumerated() {
            if part.hasPrefix("{") {
                let rest = takesRest && index == pattern.count - 1
                values[String(part.dropFirst().dropLast())] =
                    rest ? segments[index...].joined(separator: "/") : segments[index]
            } else if part != segments[index] {
                return nil
            }
        }
        return values
    }
}

/// A request to an operation, its values checked against what the operation says of them.
struct APICall: Sendable {
    let dirgen: DirGen
    private let values: [String: String]
    let body: JSONValue

    /// - Throws: ``APIError`` for a value that is not what its parameter says, or an unknown item of the query.
    init(
        _ dirgen: DirGen, _ operation: APIOperation, path: [String: String], query: [(name: String, value: String)],
        body: JSONValue
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
            guard parameter.words.isEmpty || parameter.words.contains(item.value) else {
                throw APIError(
                    .invalidInput, "\(item.name): expected one of \(parameter.words.joined(separator: ", "))")
            }
            values[item.name] = item.value
        }
        self.dirgen = dirgen
        self.values = values
        self.body = body
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
