import DirGenAPI
import HTTPTypes
import Hummingbird
import LLMCore
import NIOCore

/// The answers for the dashboard: its page at `/`, and the event stream that the page follows.
struct DashboardResponder: Sendable {
    let hub: EventHub

    static let eventsPath = "/api/events"

    /// - Returns: `nil` for what is not the dashboard's.
    func response(to request: Request) -> Response? {
        switch (request.method, request.uri.path) {
        case (.get, "/"): Response(status: .ok, headers: Self.pageFields, body: .init(byteBuffer: Self.page))
        case (.head, "/"): Response(status: .ok, headers: Self.pageFields)
        case (.get, Self.eventsPath): events()
        case (.head, Self.eventsPath): Response(status: .ok, headers: Self.eventFields)
        default: nil
        }
    }

    // MARK: The page

    private static let page = ByteBuffer(string: DashboardPage.document)

    private static let pageFields: HTTPFields = {
        var fields = privateFields
        fields[.contentType] = "text/html; charset=utf-8"
        fields[.contentLength] = String(page.readableBytes)
        fields[.contentSecurityPolicy] = DashboardPage.policy
        for (name, value) in [
            ("referrer-policy", "no-referrer"), ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }()

    /// Of answers that no cache may keep and no browser may take for another type.
    private static var privateFields: HTTPFields {
        var fields = HTTPFields()
        fields[.cacheControl] = "no-store"
        fields[.xContentTypeOptions] = "nosniff"
        return fields
    }

    // MARK: The events

    private func events() -> Response {
        guard !hub.isFull else {
            // Finds the places of those that have left: a connection is known to be gone when it is written to.
            hub.publish([.heartbeat])
            return Self.busy
        }
        let hub = hub
        return Response(
            status: .ok, headers: Self.eventFields,
            body: ResponseBody { writer in
                // Joins here, where the end of the connection is sure to be seen.
                if let listener = hub.join() {
                    defer { hub.leave(listener) }
                    try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
                    var stream = writer
                    try await listener.forEach { try await stream.write(ByteBuffer(bytes: $0)) }
                }
                try await writer.finish(nil)
            })
    }

    private static let eventFields: HTTPFields = {
        var fields = privateFields
        fields[.contentType] = "text/event-stream; charset=utf-8"
        return fields
    }()

    private static var busy: Response {
        let document = ProblemDocument(
            ErrorDocument(code: .invalidInput, message: "too many programs follow the events"), status: 503)
        var fields = privateFields
        fields[.contentType] = "application/problem+json"
        fields[.retryAfter] = "5"
        let bytes = (try? document.json())?.bytes ?? []
        return Response(
            status: .serviceUnavailable, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
