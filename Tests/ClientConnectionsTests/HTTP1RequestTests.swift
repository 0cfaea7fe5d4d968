import NIOCore
import NIOHTTP1
import Testing

@testable import ClientConnections

@Suite("A request as it is written", .timeLimit(.minutes(1)))
struct HTTP1RequestTests {
    private static let target = ConnectionTarget(host: "llm.test", port: 80, isSecure: false)

    private static func head(
        _ headers: HTTPHeaders, method: HTTPMethod = .POST, uri: String = "/v1", body: String? = "{}",
        to target: ConnectionTarget = target
    ) throws -> HTTPRequestHead {
        try HTTP1Request(
            to: target, method: method, uri: uri, headers: headers, body: body.map { ByteBuffer(string: $0) }
        ).head()
    }

    @Test("the body's length is its own, whatever the headers say of it")
    func framing() throws {
        let head = try Self.head(["content-length": "7", "Transfer-Encoding": "chunked", "a": "b"])
        #expect(head.headers["content-length"] == ["2"])
        #expect(head.headers["transfer-encoding"].isEmpty && head.headers["a"] == ["b"])
    }

    @Test(
        "a request without a body says so where a server would wait for one",
        arguments: [(HTTPMethod.POST, ["0"]), (.PUT, ["0"]), (.GET, []), (.DELETE, [])])
    func bodiless(method: HTTPMethod, length: [String]) throws {
        #expect(try Self.head([:], method: method, body: nil).headers["content-length"] == length)
    }

    @Test(
        "the host is that of the target, with a port that is not the scheme's own",
        arguments: [
            (ConnectionTarget(host: "llm.test", port: 80, isSecure: false), "llm.test"),
            (ConnectionTarget(host: "llm.test", port: 443, isSecure: true), "llm.test"),
            (ConnectionTarget(host: "llm.test", port: 443, isSecure: false), "llm.test:443"),
            (ConnectionTarget(host: "::1", port: 8080, isSecure: false), "[::1]:8080"),
        ])
    func host(target: ConnectionTarget, host: String) throws {
        #expect(try Self.head([:], to: target).headers["host"] == [host])
        #expect(try Self.head(["Host": "other"], to: target).headers["host"] == ["other"])
    }

    @Test(
        "what would be read as another header is not written, and not repeated",
        arguments: [
            ("x", "canary\r\ny: 1"), ("x", "canary\n"), ("x", "canary\0"), ("x", "canary\u{7F}"), ("x y", "canary"),
            ("x:", "canary"), ("", "canary"), ("x\r\ncanary", ""), ("ü", "canary"),
        ])
    func invalidHeader(name: String, value: String) {
        #expect(throws: ConnectionError.invalidHeader) { try Self.head([name: value]) }
    }

    @Test("a tab and bytes beyond ASCII may stand in a value")
    func unusualValue() throws {
        #expect(try Self.head(["x": "a\tü"]).headers["x"] == ["a\tü"])
    }

    @Test("an address that would end the line is not written", arguments: ["/a b", "/a\r\nx: 1", "/ü", "/\0"])
    func invalidAddress(uri: String) {
        #expect(throws: ConnectionError.invalidAddress) { try Self.head([:], uri: uri) }
    }

    @Test("a name that is longer than any is not asked for")
    func longName() throws {
        for (length, isUsable) in [(255, true), (256, false)] {
            let target = ConnectionTarget(host: String(repeating: "a", count: length), port: 80, isSecure: false)
            if isUsable {
                #expect(try Self.head([:], to: target).method == .POST)
            } else {
                #expect(throws: ConnectionError.invalidAddress) { try Self.head([:], to: target) }
            }
        }
    }
}
