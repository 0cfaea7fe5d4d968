import LLMCore
import LLMWire
import Synchronization
import Testing

@testable import LLMProviders

@Suite("The usage of local answers whose engine reports none", .timeLimit(.minutes(2)))
struct UsageCompletionTests {
    private static let finish =
        Wire.chunk(#"data: {"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n")
        + Wire.done + Wire.streamEnd
    private static let stream =
        Wire.streamHead + Wire.role + Wire.delta("one two ") + Wire.delta("three") + finish
    private static let whole = Wire.response(
        "200 OK",
        #"{"id":"c1","model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"one two"},"finish_reason":"stop"}]}"#
    )
    private static let missing = Wire.response("404 Not Found", #"{"detail":"Not Found"}"#)

    /// An engine's answers to requests for tokens: a form, and the texts' words as tokens, after `added` more.
    private static func tokenizer(_ dialect: TokenizerDialect, added: Int = 0) -> ScriptedServer.Script {
        { request in
            let path = dialect == .llamaCpp ? "/tokenize " : "/extras/tokenize/count "
            guard request.line.hasPrefix("POST \(path)"), let body = try? JSONValue.parse(request.body) else {
                return [.send(missing)]
            }
            let text = body[dialect == .llamaCpp ? "content" : "input"]?.string ?? ""
            let count = text.split(separator: " ").count + added
            let tokens = Array(repeating: "1", count: count).joined(separator: ",")
            let answer = dialect == .llamaCpp ? #"{"tokens":[\#(tokens)]}"# : #"{"count":\#(count)}"#
            return [.send(Wire.response("200 OK", answer))]
        }
    }

    private struct Result: Sendable {
        var seen: [Seen] = []
        /// Paths of the requests after the answers' own.
        var asked: [String] = []
        var usage: [UsageReading?] { seen.map { $0.report?.usage } }
    }

    /// Asks one after the other; the engine streams, but for requests that want a whole answer.
    private static func ask(
        _ count: Int = 1, stream: Bool = true, deadline: Duration = .seconds(60), path: String = "",
        locality: ProviderRow.Locality = .local, chat: String? = nil, tokenizer: @escaping ScriptedServer.Script
    ) async throws -> Result {
        let chat = chat ?? (stream ? Self.stream : Self.whole)
        return try await ScriptedServer.with({ request in
            request.line.contains("chat/completions") ? [.send(chat)] : tokenizer(request)
        }) { server in
            try await Transport.with { transport in
                let row = ProviderRow(
                    name: .local, dialect: .openai, baseURL: .loopback(port: server.port, path: path), auth: .none,
                    locality: locality, quirks: .local)
                let client = HTTPModelClient(row: row, transport: transport)
                var result = Result()
                for _ in 0..<count {
                    let call = Calls.call(stream: stream, deadline: Calls.deadline(total: deadline), provider: .local)
                    result.seen.append(try await Calls.read(client, call))
                }
                let paths = server.requests.map { String($0.line.split(separator: " ")[1]) }
                result.asked = paths.filter { !$0.contains("chat/completions") }
                return result
            }
        }
    }

    private static func counted(_ tokens: Int) -> UsageReading {
        UsageReading(raw: .null, tokens: TokenUsage(outputTokens: tokens), source: .counted)
    }
    private static func estimated(_ tokens: Int) -> UsageReading {
        UsageReading(raw: .null, tokens: TokenUsage(outputTokens: tokens), source: .estimated)
    }

    @Test("the engine's tokenizer counts them, less what it adds to every text", arguments: [0, 1, 2])
    func counts(added: Int) async throws {
        for stream in [true, false] {
            let result = try await Self.ask(stream: stream, tokenizer: Self.tokenizer(.llamaCppPython, added: added))
            #expect(result.usage == [Self.counted(stream ? 3 : 2)])
            #expect(result.seen.first?.text == (stream ? "one two three" : "one two"))
        }
    }

    @Test("one probe finds the form and is remembered")
    func probe() async throws {
        let python = try await Self.ask(3, tokenizer: Self.tokenizer(.llamaCppPython))
        #expect(python.asked == Array(repeating: "/extras/tokenize/count", count: 4))
        let plain = try await Self.ask(3, tokenizer: Self.tokenizer(.llamaCpp, added: 1))
        #expect(plain.asked == ["/extras/tokenize/count"] + Array(repeating: "/tokenize", count: 4))
        #expect(plain.usage == Array(repeating: Self.counted(3), count: 3))
    }

    @Test(
        "it is asked at the engine's root, whatever path the models have", arguments: ["/v1", "/engines/v1", "/lab/v1"])
    func root(path: String) async throws {
        let result = try await Self.ask(path: path, tokenizer: { _ in [.send(Self.missing)] })
        let root = path == "/lab/v1" ? "/lab" : ""
        #expect(result.asked == ["\(root)/extras/tokenize/count", "\(root)/tokenize"])
    }

    @Test("without a tokenizer the pieces of a stream are an estimate, and the engine is not asked again")
    func estimate() async throws {
        let result = try await Self.ask(3, tokenizer: { _ in [.send(Self.missing)] })
        #expect(result.usage == Array(repeating: Self.estimated(2), count: 3))
        #expect(result.asked == ["/extras/tokenize/count", "/tokenize"])
        let whole = try await Self.ask(stream: false, tokenizer: { _ in [.send(Self.missing)] })
        #expect(whole.usage == [nil])
    }

    @Test(
        "whatever the tokenizer answers, the answer stands",
        arguments: [
            Wire.response("200 OK", type: "text/html", "<html>"), Wire.response("200 OK", #"{"count":-3}"#),
            Wire.response("200 OK", "[]"), Wire.response("500 Internal Server Error", "{}"), "HTTP/1.1 200 OK\r\n",
            Wire.response("429 Too Many Requests", "{}"), Wire.response("401 Unauthorized", "{}"),
        ])
    func wrong(answer: String) async throws {
        let result = try await Self.ask(tokenizer: { _ in [.send(answer), .close] })
        #expect(result.usage == [Self.estimated(2)])
        #expect(result.seen.first?.report?.outcome == .ok && result.seen.first?.text == "one two three")
    }

    @Test(
        "a tokenizer that was found and then fails, or counts less than nothing, leaves an estimate and is asked again")
    func fails() async throws {
        let asked = Mutex(0)
        let result = try await Self.ask(
            3,
            tokenizer: { request in
                let number = asked.withLock { count in
                    count += 1
                    return count
                }
                switch number {
                case 2: return [.send(Wire.response("503 Service Unavailable", "{}"))]
                case 3: return [.send(Wire.response("200 OK", #"{"count":0}"#))]
                default: return Self.tokenizer(.llamaCppPython, added: 1)(request)
                }
            })
        #expect(result.usage == [Self.estimated(2), Self.estimated(2), Self.counted(3)])
    }

    @Test("a tokenizer that never works is given up")
    func givenUp() async throws {
        let result = try await Self.ask(
            5, tokenizer: { _ in [.send(Wire.response("500 Internal Server Error", "{}"))] })
        #expect(result.asked.count == 3)
        #expect(result.usage == Array(repeating: Self.estimated(2), count: 5))
    }

    @Test("a slow tokenizer is waited for until the call's deadline, and changes no time of the answer")
    func slow() async throws {
        let start = ContinuousClock.now
        let result = try await Self.ask(
            deadline: .milliseconds(900), tokenizer: { _ in [.pause(.seconds(30)), .send(Self.missing)] })
        #expect(ContinuousClock.now - start < .seconds(10))
        let report = try #require(result.seen.first?.report)
        #expect(report.outcome == .ok && report.usage == Self.estimated(2))
        #expect(report.timings.end < .milliseconds(800))
    }

    @Test("a caller who leaves while tokens are counted has the answer, and is not kept")
    func cancelled() async throws {
        let (asked, continuation) = AsyncStream<Void>.makeStream()
        let start = ContinuousClock.now
        let work = Task {
            try await Self.ask(tokenizer: { _ in
                continuation.yield()
                return [.pause(.seconds(60)), .send(Self.missing)]
            })
        }
        for await _ in asked { break }
        work.cancel()
        let result = try await work.value
        #expect(result.usage == [Self.estimated(2)] && result.seen.first?.text == "one two three")
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("what is reported is not counted, and no cloud provider is asked")
    func notAsked() async throws {
        let reported = try await Self.ask(chat: Wire.stream, tokenizer: Self.tokenizer(.llamaCppPython))
        #expect(reported.usage.first??.source == .reported && reported.usage.first??.tokens.outputTokens == 2)
        #expect(reported.asked.isEmpty)
        let cloud = try await Self.ask(locality: .cloud, tokenizer: Self.tokenizer(.llamaCppPython))
        #expect(cloud.usage == [nil] && cloud.asked.isEmpty)
    }

    @Test("an answer that was cut, or that calls a tool, has no tokens")
    func unknown() async throws {
        let tool = Wire.chunk(
            #"data: {"id":"c1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"{}"}}]}}]}"#
                + "\n\n")
        let cut = Wire.streamHead + Wire.role + Wire.delta("one") + Wire.streamEnd
        for chat in [cut, Wire.streamHead + Wire.role + Wire.delta("one") + tool + Self.finish] {
            let result = try await Self.ask(chat: chat, tokenizer: Self.tokenizer(.llamaCppPython))
            #expect(result.usage == [nil] && result.asked.isEmpty)
        }
    }
}
