import AsyncHTTPClient
import LLMCore
import NIOCore
import NIOHTTP1
import TestSupport

/// One request without our own client.
enum PlainHTTP {
    static func post(_ url: String, _ body: String) async throws -> String {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "authorization", value: "Bearer k")
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        return String(buffer: try await response.body.collect(upTo: 1 << 22))
    }
}

/// A manual clock that a test and a simulator share.
struct ManualClockBox: Sendable {
    private let clock = ManualClock()
    var source: TimeSource { clock.source }
    var elapsed: Duration { clock.elapsed }
}
