import DirGenAPI
import LLMCore
import NIOHTTP1
import Testing

@testable import LLMServer

/// The operations for programs that have the keys of a provider and send their requests by themselves.
@Suite("Lent keys over the management API", .timeLimit(.minutes(1)))
struct KeyOperationsTests {
    private static let keys = [
        "GEMINI_API_KEY": "key-one", "GEMINI_API_KEY_1": "key-two", "GEMINI_API_KEY_2": "key-three",
    ]
    private static let fingerprints = keys.mapValues { APIKey($0).fingerprint }

    private static func next(_ server: ServerAddress, among: [KeyFingerprint]? = nil) async throws -> (UInt, JSONValue)
    {
        let body = try KeyRequestDocument(provider: "gemini", among: among).json().text
        let (status, _, text) = try await GatewayFixture.send(.POST, "\(server)/api/keys/next", body: body)
        for key in keys.values { #expect(!text.contains(key)) }
        return (status, try JSONValue.parse(text))
    }

    private static func record(
        _ outcome: AttemptClass, _ key: KeyFingerprint, _ server: ServerAddress, retryAfter: Duration? = nil
    ) async throws -> [String] {
        let body = try KeyResultDocument(provider: "gemini", outcome: outcome, retryAfter: retryAfter).json().text
        let (status, _, text) = try await GatewayFixture.send(
            .POST, "\(server)/api/keys/\(key)/results", body: body)
        #expect(status == 200, "\(text)")
        return try ChangesDocument(json: JSONValue.parse(text)).changes.map(\.event)
    }

    private static func known(_ server: ServerAddress) async throws -> [String: KeyDocument] {
        let (_, _, text) = try await GatewayFixture.send(.GET, "\(server)/api/keys")
        let documents = try [KeyDocument](json: JSONValue.parse(text)).filter { $0.provider == "gemini" }
        return Dictionary(uniqueKeysWithValues: documents.map { ($0.variable ?? "", $0) })
    }

    @Test("every key gets the same turns, and each result is counted once")
    func round() async throws {
        try await GatewayFixture.withServer(environment: Self.keys) { server in
            for _ in 0..<9 {
                let (status, turn) = try await Self.next(server)
                #expect(status == 200)
                let document = try KeyTurnDocument(json: turn)
                #expect(Self.fingerprints[document.variable ?? ""] == document.fingerprint)
                #expect(try await Self.record(.ok, document.fingerprint, server).isEmpty)
            }
            let known = try await Self.known(server)
            #expect(known.mapValues(\.uses) == Self.keys.mapValues { _ in 3 })
            #expect(known.mapValues(\.successes) == Self.keys.mapValues { _ in 3 })
        }
    }

    @Test("a limited key rests, refused ones are retired, and then there is none")
    func refusals() async throws {
        try await GatewayFixture.withServer(environment: Self.keys) { server in
            let limited = try KeyTurnDocument(json: await Self.next(server).1).fingerprint
            _ = try await Self.record(.rateLimited, limited, server, retryAfter: .seconds(120))
            var others: Set<KeyFingerprint> = []
            for _ in 0..<4 { others.insert(try KeyTurnDocument(json: await Self.next(server).1).fingerprint) }
            #expect(others == Set(Self.fingerprints.values).subtracting([limited]))
            let (waiting, problem) = try await Self.next(server, among: [limited])
            #expect(waiting == 429 && problem["code"]?.string == "no_answer.rate_limited")
            for key in others { #expect(try await !Self.record(.auth, key, server).isEmpty) }
            let (none, reason) = try await Self.next(server, among: Array(others))
            #expect(none == 503 && reason["detail"]?.string?.contains("retired") == true)
        }
    }

    @Test("a result without a turn counts as a use; a key that nobody has is refused")
    func strangers() async throws {
        try await GatewayFixture.withServer(environment: Self.keys) { server in
            let key = try #require(Self.fingerprints["GEMINI_API_KEY_1"])
            _ = try await Self.record(.serverError, key, server)
            let known = try await Self.known(server)["GEMINI_API_KEY_1"]
            #expect(known?.uses == 1 && known?.failures == ["server_error": 1])
            let stranger = APIKey("key-four").fingerprint
            #expect(try await Self.next(server, among: [stranger]).0 == 503)
            let (missing, _, problem) = try await GatewayFixture.send(
                .POST, "\(server)/api/keys/\(stranger)/results", body: #"{"provider":"gemini","outcome":"ok"}"#)
            #expect(missing == 404 && problem.contains("unknown_key"), "\(problem)")
            for (target, body) in [
                ("/api/keys/\(key)/results", #"{"provider":"nobody","outcome":"ok"}"#),
                ("/api/keys/next", #"{"provider":"nobody"}"#),
            ] {
                let (status, _, text) = try await GatewayFixture.send(.POST, "\(server)\(target)", body: body)
                #expect(status == 404 && text.contains("unknown_provider"), "\(target) \(body): \(text)")
            }
            for (target, body) in [
                ("/api/keys/\(key)/results", #"{"provider":"gemini","outcome":"fine"}"#),
                ("/api/keys/\(key)/results", #"{"provider":"gemini","outcome":"rate_limited","retry_after_ms":-1}"#),
                ("/api/keys/next", #"{"provider":""}"#),
            ] {
                let (status, _, text) = try await GatewayFixture.send(.POST, "\(server)\(target)", body: body)
                #expect(status == 400, "\(target) \(body): \(text)")
            }
        }
    }
}
