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
    }
}
