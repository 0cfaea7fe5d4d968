import Foundation
import LLMCore
import NIOCore
import TestSupport
import Testing

@testable import LLMProviders

@Suite("Answers compressed unasked", .timeLimit(.minutes(1)))
struct CompressedAnswerTests {
    /// "Hello" in two pieces, with its finish and its marker.
    private static let gzipStream =
        "H4sIAAAAAAAAA52MsQoCMRAF+3yFvDqCtlsrWOkHHIeEZOUCd7tithCO/LtrJ9iI5cDMlGSJNitqASHvEbFo4dlh2b4pT1ozN9Dg"
        + "jhR+gnYRblgCrcgqxmKunzzqfewhlK/lz5NZ/3z0iFuV2qbrg1NT8aqZ3vExGw6X83EM4QXtLACT8gAAAA=="
    private static let gzipWhole =
        "H4sIAAAAAAAAAxWLQQqAMAwE/7LnCnrtC/yDiJQ2aqAmYnoQSv9uPQ4zU8EJHnGCw6WJcodr+CmeypEMfqlgSfTCj70hs3AQfEVU"
        + "KSSlDzPlrGgOOwvbuT0UTKULK3qjre0DjjICVmYAAAA="
    private static let deflateWhole =
        "eJwVi0EKgDAMBP+y5wp67Qv8g4iUNmqgJmJ6EEr/bj0OM1PBCR5xgsOliXKHa/gpnsqRDH6pYEn0wo+9IbNwEHxFVCkkpQ8z5axo"
        + "DjsL27k9FEylCyt6o63tA02GITg="

    private static func steps(_ encoding: String, _ base64: String, cut: Int = 0, type: String) -> [ScriptedServer.Step]
    {
        let bytes = Array(Data(base64Encoded: base64) ?? Data()).dropLast(cut)
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ncontent-encoding: \(encoding)\r\n"
            + "content-length: \(bytes.count)\r\n\r\n"
        let middle = bytes.count / 2
        return [
            .send(head), .bytes(ByteBuffer(bytes: bytes.prefix(middle))),
            .bytes(ByteBuffer(bytes: bytes.dropFirst(middle))),
        ]
    }

    @Test(
        "gzip and deflate are undone, streamed and whole",
        arguments: [
            ("gzip", gzipStream, true), ("GZIP", gzipWhole, false), ("gzip", gzipWhole, true),
            ("deflate", deflateWhole, false),
        ])
    func undone(encoding: String, body: String, streaming: Bool) async throws {
        let seen = try await Calls.ask(Calls.call(stream: streaming)) { request in
            #expect(request.headers["accept-encoding"] == "identity")
            return Self.steps(encoding, body, type: streaming ? "text/event-stream" : "application/json")
        }
        let report = try #require(seen.report)
        #expect(report.outcome == .ok, "\(String(describing: report.failure))")
        #expect(report.answerCharacters == 5)
    }

    @Test("what cannot be undone is refused by name, and not tried again", arguments: ["br", "zstd", "gzip, br"])
    func refused(encoding: String) async throws {
        let seen = try await Calls.ask { _ in Self.steps(encoding, Self.gzipStream, type: "text/event-stream") }
        let report = try #require(seen.report)
        #expect(report.outcome == .malformedJSON && report.failureIsOfContent)
        #expect(report.failure?.message.contains(encoding) == true)
    }

    @Test("compressed bytes that end early are no whole answer")
    func cut() async throws {
        let seen = try await Calls.ask(Calls.call(stream: false)) { _ in
            Self.steps("gzip", Self.gzipWhole, cut: 20, type: "application/json")
        }
        #expect(seen.report?.outcome != .ok)
        #expect(seen.report?.failureIsOfContent == false)
    }

    @Test("broken compression follows from the content and is named")
    func broken() async throws {
        var bytes = Array(Data(base64Encoded: Self.gzipWhole) ?? Data())
        bytes[bytes.count - 6] ^= 1
        let text = Data(bytes).base64EncodedString()
        let seen = try await Calls.ask(Calls.call(stream: false)) { _ in
            Self.steps("gzip", text, type: "application/json")
        }
        let report = try #require(seen.report)
        #expect(report.outcome == .malformedJSON && report.failureIsOfContent)
        #expect(report.failure?.message.contains("compressed") == true)
    }

    @Test(
        "what a refusal says by status and headers counts where its text cannot be read",
        arguments: [
            ("429 Slow", AttemptClass.rateLimited), ("401 Who", .auth), ("402 Pay", .quotaExhausted),
            ("503 Busy", .overloaded), ("500 Oops", .serverError), ("400 Bad", .badRequest),
        ], ["br", "zstd", "gzip, br"])
    func refusal(status: (String, AttemptClass), encoding: String) async throws {
        let seen = try await Calls.ask { _ in
            [
                .send(
                    "HTTP/1.1 \(status.0)\r\ncontent-encoding: \(encoding)\r\nretry-after: 7\r\n"
                        + "content-length: 4\r\n\r\n\u{b}abc")
            ]
        }
        let report = try #require(seen.report)
        #expect(report.outcome == status.1 && !report.failureIsOfContent)
        #expect(report.failure?.message.contains(encoding) == true)
        if report.outcome == .rateLimited { #expect(report.rateLimit?.retryAfter == .seconds(7)) }
        #expect(report.headers.isEmpty == false)
    }

    @Test("a list of models is decoded too")
    func list() async throws {
        let body = Array(#"{"data":[{"id":"m-1"}]}"#.utf8)
        for (encoding, bytes) in [("gzip", Compressed.gzip(body)), ("x", Compressed.gzip(body)), ("deflate", body)] {
            let label = encoding == "x" ? "" : "content-encoding: \(encoding)\r\n"
            let names = try await ScriptedServer.with({ _ in
                [
                    .send("HTTP/1.1 200 OK\r\n\(label)content-length: \(bytes.count)\r\n\r\n"),
                    .bytes(ByteBuffer(bytes: bytes)),
                ]
            }) { server in
                try await Transport.with { transport in
                    try await HTTPModelClient(row: Calls.row(port: server.port), transport: transport)
                        .modelNames(credential: nil)
                }
            }
            #expect(names == ["m-1"], "\(encoding)")
        }
    }
}
