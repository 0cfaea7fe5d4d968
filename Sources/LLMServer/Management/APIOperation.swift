import DirGenAPI
import LLMCore

/// The answer of an operation.
enum APIAnswer: Sendable {
    case document(JSONValue)
    case text(mediaType: String, String)
}

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
    /// The schema of the request's body, which is checked against it; `nil` for none.
    var requestSchema: JSONValue?
    /// Each success of it, by media type.
    private(set) var answers: [AnswerForm]
    /// Of a success.
    private(set) var status = 200
    var answer: @Sendable (APICall) async throws -> APIAnswer
    /// The role of the key that a caller needs, where keys were issued.
    private(set) var role = VirtualKey.Role.admin
    /// It reads live calls: whoever looks for one that was just answered must find it.
    private(set) var readsCalls = false

    /// The form of an answer: a document of JSON, or text of another media type.
    enum AnswerForm: Sendable {
        case document(any Document.Type)
        case text(mediaType: String)
    }

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
        answers = [.document(Response.self)]
        self.answer = { .document(try await answer($0).json()) }
    }

    /// An operation that answers in one of several forms.
    init(
        _ method: String, _ path: String, _ summary: String, _ parameters: [Parameter], answers: [AnswerForm],
        answer: @escaping @Sendable (APICall) async throws -> APIAnswer
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.parameters = parameters
        self.answers = answers
        self.answer = answer
    }

    /// The operation for clients that send requests, who manage nothing.
    func forClients() -> APIOperation {
        var operation = self
        operation.role = .use
        return operation
    }

    /// The operation answered once all calls that have ended are written down.
    func readingCalls() -> APIOperation {
        var operation = self
        operation.readsCalls = true
        return operation
    }

    /// The operation with another status of its success than 200.
    func answering(_ status: Int) -> APIOperation {
        var operation = self
        operation.status = status
        return operation
    }

    /// Parts of the path that are no parameters.
    var literals: Int { path.split(separator: "/").count { !$0.hasPrefix("{") } }

    /// The values of the path's parameters; `nil` where the path is another.
    func match(_ segments: [String]) -> [String: String]? {
        let pattern = path.split(separator: "/").map(String.init)
        // The last one takes the rest: names of models hold slashes.
        let takesRest = pattern.last?.hasPrefix("{") == true && pattern.last != "{id}"
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
