import Hummingbird
import LLMCore
import LLMWire
import NIOCore

/// Writes one planned answer as a stream, on time, with what its fault does to it.
struct StreamSender: Sendable {
    /// The end of a stream that did not fail.
    enum Ending: Sendable { case whole, broken }

    /// A fault breaks the connection off.
    struct CutOff: Error { var resets: Bool }

    let plan: AnswerPlan
    let flavour: ServerFlavour
    let includeUsage: Bool
    let asArray: Bool
    let effect: FaultEffect
    let stamps: Bool
    let timeScale: Double
    let pause: Pause
    let model: String

    private var buffer: [UInt8] = []
    private var encoder: AnswerStreamEncoder
    private var pacer: Pacer
    /// The pieces in `buffer` include the first token.
    private var bufferHoldsFirst = false
    private(set) var firstTokenAt: UInt64?
    private(set) var sent = 0
    /// The most bytes of due pieces that leave in one write.
    private static let mostBytes = 4_096

    /// - Parameter origin: When the request was read: the plan's instants count from there.
    init(
        plan: AnswerPlan, flavour: ServerFlavour, includeUsage: Bool, asArray: Bool, effect: FaultEffect, stamps: Bool,
        origin: ContinuousClock.Instant, timeScale: Double, pause: Pause, model: String
    ) {
        self.plan = plan
        self.flavour = flavour
        self.includeUsage = includeUsage
        self.asArray = asArray
        self.effect = effect
        self.stamps = stamps
        pacer = Pacer(origin: origin, timeScale: timeScale)
        self.timeScale = timeScale
        self.pause = pause
        self.model = model
        var head = plan.answer.head
        if effect.usage == .missing { head.input = TokenUsage() }
        encoder = AnswerStreamEncoder(head: head, flavour: flavour, includeUsage: includeUsage, asArray: asArray)
    }

    /// Writes up to, not with, the last bytes, which ``finish(_:)`` writes: what is known of the stream can be recorded in between.
    mutating func run(_ writer: inout any ResponseBodyWriter) async throws -> Ending {
        // Nothing to write, and yet a write: it takes the head along.
        if effect.earlyHead || effect.firstTokenAbsent { try await writer.write(ByteBuffer()) }
        if effect.firstTokenAbsent {
            try await pause.until(pacer.origin + .milliseconds(effect.firstTokenDelay ?? 600_000) * timeScale)
            throw CutOff(resets: false)
        }
        try await wait(until: pacer.opening(plan.startsAt), &writer)
        stamp()
        encoder.start(into: &buffer)
        for (index, step) in plan.steps.enumerated() {
            if try await strike(after: index, &writer) { return .broken }
            let due = pacer.due(step.at, now: pause.time.now())
            // The first one is waited for by whoever measures.
            try await wait(until: due, gathering: sent == 0 ? .zero : pacer.grain, &writer)
            if sent == 0 { pacer.began(step.at, now: pause.time.now()) }
            try await append(step, index, &writer)
        }
        if try await strike(after: plan.steps.count, &writer) { return .broken }
        try await wait(until: pacer.due(plan.endsAt, now: pause.time.now()), &writer)
        finish()
        return effect.malformedAt != nil || effect.usage != nil ? .broken : .whole
    }

    mutating func finish(_ writer: inout any ResponseBodyWriter) async throws {
        try await flush(&writer)
        try await writer.finish(nil)
    }

    // MARK: Pieces

    private mutating func append(
        _ step: AnswerPlan.Step, _ index: Int, _ writer: inout any ResponseBodyWriter
    ) async throws {
        stamp()
        let start = buffer.count
        let soFar = effect.usage == .missing ? nil : step.outputSoFar
        encoder.append(step.piece, outputSoFar: soFar, into: &buffer)
        if effect.malformedAt == index + 1 { EventBytes.break(&buffer, from: start) }
        if sent == 0 { bufferHoldsFirst = true }
        sent += 1
        if buffer.count >= Self.mostBytes { try await flush(&writer) }
    }

    private mutating func finish() {
        stamp()
        var last: [UInt8] = []
        encoder.finish(plan.answer.end, into: &last)
        buffer += effect.usage == .repeated ? EventBytes.repeatingUsage(last) : last
    }

    /// - Returns: Whether the stream is over.
    private mutating func strike(after count: Int, _ writer: inout any ResponseBodyWriter) async throws -> Bool {
        let last = plan.steps.count
        func due(_ point: Int?) -> Bool { point.map { min($0, last) == count } ?? false }
        if due(effect.stall?.after), let stall = effect.stall {
            try await flush(&writer)
            let hold = Duration.milliseconds(stall.hold) * timeScale
            pacer.hold(hold)
            try await pause.until(pause.time.now() + hold)
        }
        if due(effect.errorAfter) {
            encoder.fail(ServedError(effect.errorEvent, message: effect.message, model: model), into: &buffer)
            return true
        }
        if due(effect.floodAfter) {
            buffer += EventBytes.endless(asArray: asArray)
            return true
        }
        if due(effect.cutAfter) {
            if effect.cut == .clean { return true }
            try await flush(&writer)
            throw CutOff(resets: effect.cut == .reset)
        }
        return false
    }

    // MARK: Time and bytes

    /// Writes what is due, then waits for the next piece.
    ///
    /// - Parameter grain: How long it is then kept for those that follow.
    private mutating func wait(
        until due: ContinuousClock.Instant, gathering grain: Duration = .zero, _ writer: inout any ResponseBodyWriter
    ) async throws {
        guard due > pause.time.now() else { return }
        try await flush(&writer)
        try await pause.until(due + grain)
    }

    private mutating func stamp() {
        guard stamps, !asArray else { return }
        buffer += Array(": sim-clock \(MonotonicClock.nanoseconds)\(flavour.crlf ? "\r\n" : "\n")".utf8)
    }

    private mutating func flush(_ writer: inout any ResponseBodyWriter) async throws {
        guard !buffer.isEmpty else { return }
        if bufferHoldsFirst, firstTokenAt == nil { firstTokenAt = MonotonicClock.nanoseconds }
        let bytes = ByteBuffer(bytes: buffer)
        buffer.removeAll(keepingCapacity: true)
        try await writer.write(bytes)
    }
}

/// Damage done to events that are already bytes.
enum EventBytes {
    /// The start of an event that is longer than our own parser bears.
    static func endless(asArray: Bool) -> [UInt8] {
        Array((asArray ? ",{\"text\":\"" : "data: {\"text\":\"").utf8)
            + Array(repeating: UInt8(ascii: "a"), count: SSEParser.eventLimit + 1 << 20)
    }

    /// Takes the last closing brace of what stands after `start`: framing stays, the JSON is broken.
    static func `break`(_ buffer: inout [UInt8], from start: Int) {
        guard let brace = buffer[start...].lastIndex(of: UInt8(ascii: "}")) else { return }
        buffer.remove(at: brace)
    }

    /// Each event that carries usage, twice.
    static func repeatingUsage(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        let separator = text.contains("\r\n\r\n") ? "\r\n\r\n" : "\n\n"
        let events = text.split(separator: separator, omittingEmptySubsequences: true)
        let out = events.map { event in
            let carries = event.contains("\"usage\":{") || event.contains("\"usageMetadata\":")
            let whole = event + separator
            return String(carries ? whole + whole : whole)
        }
        return Array(out.joined().utf8)
    }
}
