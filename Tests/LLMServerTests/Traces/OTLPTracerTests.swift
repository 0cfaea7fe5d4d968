import LLMCore
import LLMService
import Synchronization
import Testing
import Tracing

@testable import LLMServer

@Suite("Tracer", .timeLimit(.minutes(1)))
struct OTLPTracerTests {
    private final class Sink: Sendable {
        private let state = Mutex<[FinishedSpan]>([])
        func add(_ span: FinishedSpan) { state.withLock { $0.append(span) } }
        var spans: [FinishedSpan] { state.withLock(\.self) }
    }
    private struct At: TracerInstant {
        var nanosecondsSinceEpoch: UInt64
        static func < (left: At, right: At) -> Bool { left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch }
    }

    private let sink = Sink()

    private func tracer(_ sampler: TraceSampler = .usual) -> OTLPTracer {
        let counter = Atomic<UInt64>(0)
        // The first identity drawn is not allowed, and drawn again.
        let random: @Sendable () -> UInt64 = {
            let number = counter.wrappingAdd(1, ordering: .relaxed).oldValue
            return number < 3 ? 0 : number
        }
        return OTLPTracer(sampler: sampler, random: random, ended: { [sink] in sink.add($0) })
    }

    @Test("a child is in its parent's trace, and each is handed over once, when it ends")
    func family() throws {
        let tracer = tracer()
        let parent = tracer.startSpan("ask", context: .topLevel, ofKind: .server, at: At(nanosecondsSinceEpoch: 10))
        let child = tracer.startSpan(
            "chat gpt-5", context: parent.context, ofKind: .client, at: At(nanosecondsSinceEpoch: 20))
        child.setStatus(SpanStatus(code: .error, message: "the prompt said so"))
        child.end(at: At(nanosecondsSinceEpoch: 30))
        child.end(at: At(nanosecondsSinceEpoch: 99))
        child.attributes["dirgen.task"] = "late"
        parent.operationName = "request"
        parent.end(at: At(nanosecondsSinceEpoch: 5))
        let spans = sink.spans
        #expect(spans.map(\.name) == ["chat gpt-5", "request"])
        let (first, last) = (try #require(spans.first), try #require(spans.last))
        #expect(first.parent == last.context && last.parent == nil)
        #expect(first.context.trace == last.context.trace && first.context.span != last.context.span)
        #expect([first.startedAt, first.endedAt] == [20, 30])
        // A clock that was set back makes no span end before it began.
        #expect([last.startedAt, last.endedAt] == [10, 10])
        #expect(first.isError == true && last.isError == nil && first.attributes.values.isEmpty)
    }

    @Test("identities are never zero")
    func identities() throws {
        #expect(TraceID(high: 0, low: 0) == nil && SpanID(0) == nil)
        #expect("\(try #require(TraceID(high: 1, low: 0xAB)))" == "000000000000000100000000000000ab")
        tracer().startSpan("a", context: .topLevel).end()
        #expect(sink.spans.map { "\($0.context.trace)".suffix(2) + "\($0.context.span)".suffix(2) } == ["0304"])
    }

    @Test("attributes that are on no list stay here: prompts, answers, headers, addresses with keys")
    func listed() throws {
        let span = tracer().startSpan("chat", context: .topLevel)
        span.attributes["gen_ai.request.model"] = "gpt-5"
        span.attributes["gen_ai.usage.input_tokens"] = 3
        span.attributes["gen_ai.response.finish_reasons"] = ["stop"]
        span.attributes["dirgen.task"] = "general"
        for name in [
            "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.prompt",
            "gen_ai.request.stop_sequences", "url.full", "url.query", "http.request.header.authorization", "user.email",
        ] { span.attributes[name] = "secret words" }
        struct Refused: Error { var prompt = "secret words" }
        span.recordError(Refused(), attributes: ["exception.message": "secret words"])
        span.addEvent(SpanEvent(name: "gen_ai.content", attributes: ["gen_ai.prompt": "secret words"]))
        span.end()
        let sent = try #require(sink.spans.first)
        #expect(
            sent.attributes.values.map(\.name) == [
                "dirgen.task", "gen_ai.request.model", "gen_ai.response.finish_reasons", "gen_ai.usage.input_tokens",
            ])
        #expect(sent.attributes.dropped == 9)
        #expect(sent.events.map(\.name) == ["exception", "gen_ai.content"])
        #expect(sent.events.first?.attributes.values.map(\.name) == ["exception.type"])
        #expect(!"\(sent)".contains("secret words"))
    }

    @Test("a key in a text is redacted, and a long text cut")
    func redacted() throws {
        let span = tracer().startSpan("chat sk-proj-abcdefghijklmnopqrstuvwxyz", context: .topLevel)
        span.attributes["dirgen.note"] = "Bearer abcdefghijklmnop"
        span.attributes["gen_ai.response.id"] = String(repeating: "x", count: 1_000)
        span.end()
        let sent = "\(try #require(sink.spans.first))"
        #expect(!sent.contains("abcdefghijklmnop") && sent.contains("[redacted]"))
        #expect(!sent.contains(String(repeating: "x", count: 257)))
    }

    @Test("events are bounded, and those beyond counted")
    func events() throws {
        let span = tracer().startSpan("chat", context: .topLevel)
        for _ in 0..<200 { span.addEvent("chunk") }
        span.end()
        #expect(sink.spans.map { [$0.events.count, $0.droppedEvents] } == [[128, 72]])
    }

    @Test("links keep the other trace")
    func links() throws {
        let tracer = tracer()
        let other = tracer.startSpan("other", context: .topLevel)
        let span = tracer.startSpan("chat", context: .topLevel)
        span.addLink(other)
        span.addLink(SpanLink(context: .topLevel, attributes: [:]))
        span.end()
        #expect(sink.spans.first?.links.map(\.context) == [try #require(other.context.trace)])
    }

    @Test(
        "who is sampled: by the caller's word, and at a root by the share",
        arguments: [
            ("always_on", nil, nil, true), ("always_off", nil, true, false), ("parentbased_always_on", nil, nil, true),
            ("parentbased_always_on", nil, false, false), ("parentbased_always_off", nil, true, true),
            ("parentbased_always_off", nil, nil, false), ("traceidratio", "0", true, false),
            ("traceidratio", "1", false, true), ("parentbased_traceidratio", "0", true, true),
            ("traceidratio", "nonsense", nil, true),
        ] as [(String, String?, Bool?, Bool)])
    func sampling(name: String, argument: String?, caller: Bool?, sampled: Bool) throws {
        let sampler = try #require(TraceSampler(name: name, argument: argument))
        var context = ServiceContext.topLevel
        if let caller {
            context.trace = TraceContext(
                traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0\(caller ? 1 : 0)")
        }
        let span = tracer(sampler).startSpan("chat", context: context)
        #expect(span.isRecording == sampled)
        // Passed on, recorded or not.
        #expect(span.context.trace?.isSampled == sampled)
        span.end()
        #expect(sink.spans.count == (sampled ? 1 : 0))
    }

    @Test("a share keeps that part of the traces, and the same ones everywhere")
    func share() throws {
        let sampler = TraceSampler(share: 0.25, followsCaller: false)
        var generator = SeededGenerator(seed: 11)
        let traces = (0..<10_000).compactMap { _ in TraceID(high: generator.next(), low: generator.next()) }
        let kept = traces.filter { sampler.isSampled($0, caller: nil) }
        #expect((2_300...2_700).contains(kept.count))
        #expect(kept.allSatisfy { TraceSampler(share: 0.5, followsCaller: false).isSampled($0, caller: nil) })
        #expect(TraceSampler(name: "jaeger_remote", argument: nil) == nil)
    }
}
