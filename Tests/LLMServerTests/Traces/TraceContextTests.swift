import Testing
import Tracing

@testable import LLMServer

@Suite("W3C trace context", .timeLimit(.minutes(1)))
struct TraceContextTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"

    @Test(
        "a good traceparent is read and passed on in version 00",
        arguments: [
            ("00-\(trace)-\(span)-01", true, "01"), ("00-\(trace)-\(span)-00", false, "00"),
            ("00-\(trace)-\(span)-03", true, "03"), ("00-\(trace)-\(span)-ff", true, "03"),
            ("00-\(trace)-\(span)-02", false, "02"),
            // A later version may say more, and its flags but the first are not known.
            ("01-\(trace)-\(span)-03", true, "01"), ("cc-\(trace)-\(span)-01-what-the-future", true, "01"),
            ("cc-\(trace)-\(span)-01-", true, "01"), ("fe-\(trace)-\(span)-00", false, "00"),
            ("00-00000000000000000000000000000001-0000000000000001-01", true, "01"),
        ])
    func good(header: String, sampled: Bool, flags: String) throws {
        let context = try #require(TraceContext(traceparent: header))
        #expect(context.isSampled == sampled && context.isRemote)
        let fields = header.split(separator: "-")
        #expect(context.traceparent == "00-\(fields[1])-\(fields[2])-\(flags)")
    }

    @Test(
        "a bad one is ignored",
        arguments: [
            "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-001",
            "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01-extra", "ff-\(trace)-\(span)-01",
            "0-\(trace)-\(span)-01",
            "000-\(trace)-\(span)-01", "0x-\(trace)-\(span)-01", "00-\(trace.uppercased())-\(span)-01",
            "00-\(trace)-\(span.uppercased())-01", "00-\(trace)-\(span)-0A", "00-\(trace)0-\(span)-01",
            "00-\(trace.dropLast())-\(span)-01", "00-\(trace)-\(span.dropLast())-01", "00-\(trace)-\(span)0-01",
            "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
            "00-\(trace.dropLast())g-\(span)-01", "00-\(trace.dropLast())é-\(span)-01", "00_\(trace)_\(span)_01",
            "00--\(trace)-\(span)-01", "cc-\(trace)-\(span)-01what", "CC-\(trace)-\(span)-01", "00-\(trace)-\(span)-+1",
        ])
    func bad(header: String) {
        #expect(TraceContext(traceparent: header) == nil)
    }

    @Test(
        "a tracestate is passed on as it is, or not at all",
        arguments: [
            ("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
            ("rojo=1 ,\t congo=2,,", "rojo=1,congo=2"), ("a=x y", "a=x y"), ("0tenant@system=1", "0tenant@system=1"),
            ("a_b-c*d/e=1", "a_b-c*d/e=1"), ("", ""), (" , ", ""),
            ("a=1,a=2", ""), ("A=1", ""), ("1=1", "1=1"), ("a", ""), ("a=", ""), ("=1", ""), ("a=1=2", ""), ("a=é", ""),
            ("a@b@c=1", ""), ("a@0b=1", ""), ("@b=1", ""), ("a@=1", ""), ("a b=1", ""), ("a=1\u{7F}", ""),
            (String(repeating: "k", count: 256) + "=1", String(repeating: "k", count: 256) + "=1"),
            (String(repeating: "k", count: 257) + "=1", ""), ("a=" + String(repeating: "v", count: 257), ""),
            ("t@" + String(repeating: "s", count: 15) + "=1", ""),
        ])
    func state(header: String, expected: String) {
        #expect(TraceContext.checkedState(header) == expected)
    }

    @Test("of a long tracestate the newest members stay; one of more than 32 members is dropped")
    func longState() {
        let members = (0..<32).map { "k\($0)=" + String(repeating: "v", count: 30) }
        let kept = TraceContext.checkedState(members.joined(separator: ","))
        #expect(kept.utf8.count <= 512 && kept.hasPrefix(members[0] + "," + members[1]))
        #expect(kept.split(separator: ",").map(String.init) == Array(members.prefix(kept.split(separator: ",").count)))
        #expect(TraceContext.checkedState((0..<33).map { "k\($0)=1" }.joined(separator: ",")) == "")
    }

    private struct Headers: Extractor, Injector {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
    }

    private let tracer = OTLPTracer { _ in }

    @Test("a span goes on with its caller's trace, and the next server with the span's")
    func continues() throws {
        var context = ServiceContext.topLevel
        tracer.extract(
            ["traceparent": " 00-\(Self.trace)-\(Self.span)-01 ", "tracestate": "rojo=1"], into: &context,
            using: Headers())
        let span = tracer.startSpan("ask", context: context)
        var headers: [String: String] = [:]
        tracer.inject(span.context, into: &headers, using: Headers())
        let next = try #require(headers["traceparent"].flatMap { TraceContext(traceparent: $0) })
        #expect("\(next.trace)" == Self.trace && "\(next.span)" != Self.span && next.isSampled)
        #expect(headers["tracestate"] == "rojo=1")
    }

    @Test("without a usable parent a trace begins here, and nobody's state is passed on")
    func begins() throws {
        for carrier in [[:], ["traceparent": "nonsense", "tracestate": "rojo=1"], ["tracestate": "rojo=1"]] {
            var context = ServiceContext.topLevel
            tracer.extract(carrier, into: &context, using: Headers())
            #expect(context.trace == nil)
            var headers: [String: String] = [:]
            tracer.inject(tracer.startSpan("ask", context: context).context, into: &headers, using: Headers())
            #expect(headers["traceparent"]?.hasSuffix("-03") == true && headers["tracestate"] == nil)
        }
        var nothing: [String: String] = [:]
        tracer.inject(.topLevel, into: &nothing, using: Headers())
        #expect(nothing.isEmpty)
    }
}
