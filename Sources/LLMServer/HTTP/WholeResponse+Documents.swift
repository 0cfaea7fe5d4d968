import DirGenAPI
import HTTPTypes
import LLMCore

extension WholeResponse {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> WholeResponse {
        WholeResponse(status: status, fields: [.contentType: "application/json"], body: value.bytes)
    }

    static func problem(_ error: any CodedError) -> WholeResponse {
        problem(ProblemDocument(error.errorDocument))
    }

    static func problem(_ code: ErrorCode, _ message: String, status: HTTPResponse.Status) -> WholeResponse {
        problem(ProblemDocument(ErrorDocument(code: code, message: message), status: status.code))
    }

    static func notAllowed(_ method: String, but methods: [String]) -> WholeResponse {
        var response = problem(.invalidInput, "\(method) is not allowed here", status: .methodNotAllowed)
        let methods = methods.contains("GET") ? methods + ["HEAD"] : methods
        response.fields[.allow] = Set(methods).sorted().joined(separator: ", ")
        return response
    }

    private static func problem(_ document: ProblemDocument) -> WholeResponse {
        var response = json((try? document.json()) ?? .null, status: .init(code: document.status))
        response.fields[.contentType] = "application/problem+json"
        return response
    }
}
