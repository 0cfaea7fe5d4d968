import ClientConnections
import LLMCore
import LLMWire
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import LLMProviders

@Suite("A reader that is slower than the provider", .timeLimit(.minutes(2)))
struct BackpressureTests {
    private static let text = String(repeating: "0123456789abcdef", count: 256)
    private static let pieces = 3_000

    /// A stream of 12 MB.
    private static let stream =
        Wire.streamHead + (0..<pieces).map { _ in Wire.delta(text) }.joined() + Wire.finish + Wire.done + Wire.streamEnd

    /// Opens a call by hand, so that its queue can be looked at.
    private static func open(
        _ deadline: Deadline, sending steps: [ScriptedServer.Step] = [.send(stream)],
        _ body: (EventQueue) async throws -> Void
    ) async throws {
        try await ScriptedServer.with({ _ in steps }) { server in
            try await Transport.with { transport in
                let row = Calls.row(port: server.port)
                let client = HTTPModelClient(row: row, transport: transport)
                let call = Calls.call(deadline: deadline)
                let queue = EventQueue()
                let frame = AttemptReader.Frame(
                    call: call, row: row, endpoint: client.endpoint, simulated: true, wallMicroseconds: { 0 },
                    secrets: [])
                let attempt = AttemptReader(frame, queue: queue, sentAt: .now)
                let wire = try RequestEncoder.encode(call.request, model: "m", dialect: .openai, quirks: .generic)
                let request = client.httpRequest(wire, credential: nil)
                let exchange = try transport.pool.send(request, reader: attempt)
                queue.onAbandon { exchange.cancel() }
                attempt.watch(exchange)
                try await body(queue)
                queue.abandon()
            }
        }
    }

    /// The most that one turn of reading brings beside what may wait.
    private static let most = EventQueue.mostBytes + (1 << 20)

    @Test("what waits is bounded, however long; then all of it comes, and the provider is blamed for nothing")
    func bounded() async throws {
        try await Self.open(Calls.deadline(idle: .milliseconds(100))) { queue in
            try await until { queue.bytes >= EventQueue.mostBytes }
            // Longer than the provider may be silent.
            try await Task.sleep(for: .milliseconds(300))
            #expect(queue.bytes <= Self.most)
            var bytes = 0
            var report: AttemptReport?
            var isWhole = true
            while let events = try await queue.next() {
                #expect(queue.bytes <= Self.most)
                for event in events {
                    if case .text(let text) = event {
                        isWhole = isWhole && text == Self.text
                        bytes += text.utf8.count
                    }
                    if case .ended(let ended) = event { report = ended }
                }
            }
            #expect(isWhole && bytes == Self.pieces * Self.text.utf8.count)
            #expect(report?.outcome == .ok)
            // When the last token was sent is not known.
            #expect(report?.timings.lastToken == nil && report?.timings.firstToken != nil)
            #expect(report?.timings.maxGap ?? .zero < .milliseconds(300))
        }
    }

    @Test("a provider that gives up on a reader who held it up has not failed")
    func givenUp() async throws {
        let cut = Wire.streamHead + (0..<200).map { _ in Wire.delta(Self.text) }.joined()
        try await Self.open(Calls.deadline(), sending: [.send(cut), .pause(.milliseconds(50)), .close]) { queue in
            try await until { queue.bytes >= EventQueue.mostBytes }
            var report: AttemptReport?
            while let events = try await queue.next() {
                if case .ended(let ended)? = events.last { report = ended }
            }
            #expect(report?.outcome != .ok && report?.failureIsOfContent == true)
        }
    }

    @Test("the time of the whole call ends also what is held up")
    func total() async throws {
        try await Self.open(Calls.deadline(total: .milliseconds(400))) { queue in
            try await until { queue.bytes >= EventQueue.mostBytes }
            try await Task.sleep(for: .milliseconds(500))
            var report: AttemptReport?
            while let events = try await queue.next() {
                if case .ended(let ended)? = events.last { report = ended }
            }
            #expect(report?.outcome == .timeoutTotal)
        }
    }

    @Test("a reader who leaves frees what was held up")
    func abandoned() async throws {
        try await Self.open(Calls.deadline()) { queue in
            try await until { queue.bytes >= EventQueue.mostBytes }
            queue.abandon()
            #expect(queue.bytes == 0)
        }
    }

    @Test("a queue is full until it is read, ended or abandoned", arguments: ["read", "ended", "abandoned"])
    func queue(_ end: String) async throws {
        let queue = EventQueue()
        let large = String(repeating: "a", count: EventQueue.mostBytes)
        #expect(queue.push([.text("b")]))
        #expect(!queue.push([.text(large)]))
        let drained = Mutex(0)
        queue.onDrain { drained.withLock { $0 += 1 } }
        #expect(drained.withLock(\.self) == 0)
        switch end {
        case "read":
            #expect(try await queue.next()?.count == 1)
            #expect(drained.withLock(\.self) == 0)
            #expect(try await queue.next()?.count == 1)
        case "ended": queue.push([], last: true)
        default: queue.abandon()
        }
        #expect(drained.withLock(\.self) == 1)
        queue.onDrain { drained.withLock { $0 += 1 } }
        #expect(drained.withLock(\.self) == 2)
    }

    @Test("events of 200 kB that came in pieces count whole, as each event that waits does")
    func largeEvents() async throws {
        let text = String(repeating: "0123456789abcdef", count: 12_500)
        let stream =
            Wire.streamHead + (0..<60).map { _ in Wire.delta(text) }.joined() + Wire.finish + Wire.done + Wire.streamEnd
        try await Self.open(Calls.deadline(), sending: [.send(stream)]) { queue in
            try await until { queue.bytes >= EventQueue.mostBytes }
            try await Task.sleep(for: .milliseconds(300))
            var texts = 0
            var isFirst = true
            while let events = try await queue.next() {
                let sizes = events.map(\.heldBytes)
                #expect(sizes.count == 1 || sizes.reduce(0, +) <= EventQueue.mostBatchBytes)
                // The one that filled it, and the one before.
                if isFirst { #expect(queue.bytes <= EventQueue.mostBytes + text.utf8.count) }
                isFirst = false
                texts += events.count { if case .text(text) = $0 { true } else { false } }
            }
            #expect(texts == 60)
        }
    }

    @Test(
        "an event takes what it says and its own place",
        arguments: [
            (ChatEvent.text("abc"), 3), (.toolCall(index: 0, id: "i", name: "nm", arguments: "{}"), 4),
            (.raw(dialect: .openai, bytes: [1, 2]), 2), (.native(dialect: .anthropic, .string("ab")), 4),
            (.image(ImagePart(source: .base64(mediaType: "image/png", data: "QUJD"))), 4),
            (.started(responseID: nil, servedModel: nil), 0),
        ])
    func sizes(_ event: ChatEvent, _ bytes: Int) { #expect(event.heldBytes - MemoryLayout<ChatEvent>.stride == bytes) }

    @Test("a reader who is far behind gets events in their order, some at a time")
    func batches() async throws {
        let queue = EventQueue()
        let text = String(repeating: "a", count: 10_000)
        queue.push((0..<25).map { .text("\($0)" + text) })
        queue.push([], last: true)
        var batches: [[Int]] = []
        while let events = try await queue.next() {
            batches.append(
                events.map { if case .text(let text) = $0 { Int(text.filter(\.isNumber)) ?? -1 } else { -1 } })
        }
        #expect(batches.joined().elementsEqual(0..<25))
        #expect(batches.map(\.count) == [6, 6, 6, 6, 1])
        #expect(queue.bytes == 0)
    }

    @Test("while the reader holds a stream up only the time of the whole call runs")
    func progress() {
        let start = ContinuousClock.now
        var progress = AttemptProgress(
            deadline: Deadline(
                connect: .seconds(1), firstToken: .seconds(1), idle: .seconds(1), total: start + .seconds(60)),
            isStream: true, sentAt: start)
        progress.wrote(connectionOpened: nil)
        progress.receivedHead(at: start)
        progress.received([.text("a")], at: start + .milliseconds(10))
        progress.received([.text("b")], at: start + .milliseconds(30))
        progress.held(at: start + .milliseconds(30))
        #expect(progress.nextDeadline.instant == start + .seconds(60))
        progress.released(at: start + .seconds(9))
        #expect(progress.nextDeadline.instant == start + .seconds(10))
        progress.received([.text("c")], at: start + .milliseconds(9_040))
        let timings = progress.timings(end: start + .milliseconds(9_050))
        #expect(timings.gaps == [.milliseconds(20)])
        #expect(timings.end == .milliseconds(80))
        #expect(timings.lastToken == nil && timings.firstToken == .milliseconds(10))
    }
}
