public import LLMCore

/// Reads one HTTP response of a provider, streamed or whole, and turns it into events and a verdict.
///
/// A pure state machine: it never throws, never blocks and knows no clock. Whatever is wrong with the response becomes the
/// outcome of ``DecodedAnswer``. How the body is framed is read from its first byte, not from headers: servers answer a request
/// for a stream with plain JSON, and errors in either form.
///
/// ```swift
/// var decoder = ResponseDecoder(dialect: .openai, quirks: .openai, streaming: true, status: 200, headers: [])
/// decoder.feed(bytes, into: &events)
/// let answer = decoder.finish(into: &events)
/// ```
public struct ResponseDecoder: Sendable {
    enum Framing { case undecided, events, array, whole }

    /// A body that is not a stream is read up to this size, in bytes.
    static let wholeLimit = 64 << 20
    /// Of a failure's body, as much as is worth reading.
    static let failureLimit = 1 << 20

    private let dialect: WireDialect
    private let streaming: Bool
    private let status: Int
    private let headers: HeaderList
    private let emitsRaw: Bool
    private let receivedAt: Int64?
    private(set) var framing: Framing
    private var parser = SSEParser()
    private var splitter = JSONArraySplitter()
    private var collected: [UInt8] = []
    /// Lines of a stream that belong to no event.
    private var strayText: [UInt8] = []
    private static let strayLimit = 4_096
    private var sawEvent = false
    private var fold: any AnswerFold
    private(set) var state: AnswerState

    /// - Parameters:
    ///   - streaming: Whether a stream was asked for: without bytes, its absence is `stream_truncated`.
    ///   - emitsRaw: Whether each event of the provider is also handed on as it came, for pass-through.
    ///   - receivedAt: Wall clock of the response's head in microseconds since 1970, for reset times given as dates; the
    ///     response's own `Date` is preferred.
    ///   - secrets: Keys in use, taken out of every message.
    public init(
        dialect: WireDialect, quirks: DialectQuirks, streaming: Bool, status: Int,
        headers: [(name: String, value: String)], emitsRaw: Bool = false, receivedAt: Int64? = nil,
        secrets: [APIKey] = []
    ) {
        self.dialect = dialect
        self.streaming = streaming
        self.status = status
        self.headers = HeaderList(headers)
        self.emitsRaw = emitsRaw
        self.receivedAt = receivedAt
        fold = dialect.fold
        state = AnswerState(
            dialect: dialect, quirks: quirks, secrets: secrets,
            receivedAt: RateLimitReader.clock(self.headers, receivedAt))
        state.costInHead = BilledCost.find(in: self.headers).flatMap { USD(rounding: $0) }
        framing = (200..<300).contains(status) ? .undecided : .whole
    }

    /// The state of an answer that is being read.
    public struct Progress: Sendable, Hashable {
        /// The terminal marker was read, so the answer is complete whatever the connection does now.
        public var sawTerminal = false
        /// The answer is complete as far as it goes: what a connection does after a finish word takes nothing of it away.
        public var isWhole = false

        public init() {}
    }

    /// Takes the next bytes of the body and appends what they complete. Never appends `.ended`.
    @discardableResult
    public mutating func feed(_ bytes: UnsafeRawBufferPointer, into events: inout [ChatEvent]) -> Progress {
        read(bytes, into: &events)
        var progress = Progress()
        progress.sawTerminal = state.sawTerminal
        progress.isWhole = state.isWhole && state.failure == nil
        return progress
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer, into events: inout [ChatEvent]) {
        if framing == .undecided { decideFraming(bytes) }
        switch framing {
        case .events:
            parser.append(bytes)
            drainEvents(into: &events)
            if parser.overflowed {
                let message = "an event is longer than \(SSEParser.eventLimit) bytes"
                state.fail(.malformedSSE, message, isOfContent: true)
            }
        case .array:
            splitter.append(bytes)
            drainArray(into: &events)
            if splitter.overflowed {
                let message = "an element is longer than \(SSEParser.eventLimit) bytes"
                state.fail(.malformedJSON, message, isOfContent: true)
            }
        case .undecided, .whole: collect(bytes)
        }
    }

    /// At the end of the body: the last events, and how the answer ended.
    public mutating func finish(into events: inout [ChatEvent]) -> DecodedAnswer {
        switch framing {
        case .events:
            while let event = parser.finish() { read(event, isPartial: true, into: &events) }
            readForeignLines()
            readStrayText()
            state.flush(into: &events)
        case .array: state.flush(into: &events)
        case .undecided, .whole:
            if let failure = statusFailure() { return failure }
            readCollected(into: &events)
        }
        return state.answer(rateLimit: rateLimit)
    }

    /// When the connection died or time ran out: what is known so far. The caller knows better why it ended.
    public mutating func abort() -> DecodedAnswer {
        if framing == .whole, let failure = statusFailure() { return failure }
        return state.answer(rateLimit: rateLimit)
    }

    // MARK: Framing

    private mutating func decideFraming(_ bytes: UnsafeRawBufferPointer) {
        // What was set aside so far is white space or a byte order mark.
        guard let first = bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }) else {
            return
        }
        switch first {
        case UInt8(ascii: "["): framing = dialect == .gemini ? .array : .whole
        case UInt8(ascii: "{"), UInt8(ascii: "<"): framing = .whole
        case UInt8(ascii: "d"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "r"), UInt8(ascii: ":"):
            framing = .events
        default: framing = streaming ? .events : .whole
        }
        guard framing != .whole, !collected.isEmpty else { return }
        // Only white space was set aside, but a byte order mark or line ends belong to the parser.
        let early = collected
        collected = []
        if framing == .events { parser.append(early) } else { early.withUnsafeBytes { splitter.append($0) } }
    }

    private mutating func collect(_ bytes: UnsafeRawBufferPointer) {
        let room = (framing == .whole && !isSuccess ? Self.failureLimit : Self.wholeLimit) - collected.count
        if bytes.count > room, isSuccess {
            state.fail(.malformedJSON, "the answer is longer than \(Self.wholeLimit) bytes", isOfContent: true)
        }
        collected.append(contentsOf: bytes.prefix(max(0, room)))
    }

    private var isSuccess: Bool { (200..<300).contains(status) }

    // MARK: Streams

    private mutating func drainEvents(into events: inout [ChatEvent]) {
        while let event = parser.next() { read(event, isPartial: false, into: &events) }
        readForeignLines()
    }

    /// Lines that are no server-sent events: an error said there is one, all else says nothing.
    private mutating func readForeignLines() {
        for line in parser.takeForeignLines() {
            if let error = ErrorEvent.find(inLine: line) {
                state.fail(body: error)
            } else if strayText.count < Self.strayLimit {
                strayText += line + [0x0A]
            }
        }
    }

    /// A text without a single event is no stream: it may be a sentence that says why.
    private mutating func readStrayText() {
        guard !sawEvent, state.failure == nil, let error = ErrorEvent.find(inText: strayText) else { return }
        state.fail(body: error)
    }

    private mutating func read(_ event: SSEParser.Event, isPartial: Bool, into events: inout [ChatEvent]) {
        sawEvent = true
        readForeignLines()
        if event.isNamed, dialect == .openai, ErrorEvent.isNotice(parser.eventName) {
            return passOn(event, to: &events)
        }
        if event.isNamed, ErrorEvent.isName(parser.eventName) {
            let name = parser.eventName
            let error = parser.withData(of: event) { ErrorEvent.body(of: $0, named: name) }
            passOn(event, to: &events)
            return state.fail(body: error)
        }
        // The parser lends its bytes while the fold and the state change: three separate properties.
        Self.read(
            event, of: parser, isPartial: isPartial, raw: emitsRaw ? dialect : nil, fold: &fold, state: &state,
            events: &events)
    }

    /// Hands an event that is not part of the answer to a caller who wants them all.
    private func passOn(_ event: SSEParser.Event, to events: inout [ChatEvent]) {
        guard emitsRaw else { return }
        parser.withData(of: event) { events.append(.raw(dialect: dialect, bytes: Array($0))) }
    }

    private static func read(
        _ event: SSEParser.Event, of parser: borrowing SSEParser, isPartial: Bool, raw: WireDialect?,
        fold: inout any AnswerFold, state: inout AnswerState, events: inout [ChatEvent]
    ) {
        parser.withData(of: event) { data in
            if let raw { events.append(.raw(dialect: raw, bytes: Array(data))) }
            fold.readEvent(data, isPartial: isPartial, state: &state, events: &events)
        }
    }

    private mutating func drainArray(into events: inout [ChatEvent]) {
        while let element = splitter.next() {
            if emitsRaw { events.append(.raw(dialect: dialect, bytes: element)) }
            element.withUnsafeBytes { fold.readEvent($0, isPartial: false, state: &state, events: &events) }
        }
    }

    // MARK: Whole bodies

    private func statusFailure() -> DecodedAnswer? {
        guard !isSuccess else { return nil }
        let (outcome, words, limits) = ErrorClassifier.classify(
            status: status, headers: headers, body: collected, dialect: dialect, quirks: state.quirks,
            receivedAt: receivedAt, secrets: state.secrets)
        return DecodedAnswer(outcome: outcome, failure: words, rateLimit: limits)
    }

    private mutating func readCollected(into events: inout [ChatEvent]) {
        if collected.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
            if !streaming { state.fail(.malformedJSON, "the body is empty") }
            return
        }
        if let page = ErrorBody.htmlTitle(of: collected) {
            let words = "the server answered an HTML page (\(page)) where JSON was expected: is the base URL right?"
            return state.fail(.malformedJSON, Redaction.message(words, secrets: state.secrets))
        }
        do throws(JSONSyntaxError) {
            let body = try JSONValue.parseLenient(collected, edges: &state.joiner.edges)
            passOnWhole(to: &events)
            fold.readWhole(body, state: &state, events: &events)
        } catch {
            if readBeforeTrailer(into: &events) { return }
            if let said = ErrorEvent.find(inText: collected) { return state.fail(body: said) }
            state.failMalformed(error)
        }
    }

    /// Hands a whole body on as it came; not to a caller who asked for a stream, unless a whole answer is an event of one, as Gemini's is.
    private func passOnWhole(to events: inout [ChatEvent]) {
        guard emitsRaw, !streaming || dialect == .gemini else { return }
        events.append(.raw(dialect: dialect, bytes: collected))
    }

    /// A body with something behind its JSON: padding, or a line that belongs to a stream.
    private mutating func readBeforeTrailer(into events: inout [ChatEvent]) -> Bool {
        let start = collected.prefix { [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }.count
        guard let end = JSONValueEnd.find(in: collected, from: start), end < collected.count else { return false }
        let lines = collected[end...].split { $0 == 0x0A || $0 == 0x0D || $0 == 0x00 }
            .map { Array($0.drop { $0 == 0x20 || $0 == 0x09 }) }.filter { !$0.isEmpty }
        // Another value would be a part of what was said, or of another answer.
        guard !lines.contains(where: { line in [0x7B, 0x5B, 0x2C].contains(line[0]) && !Self.isMarker(line) }),
            let body = try? JSONValue.parseLenient(collected[start..<end], edges: &state.joiner.edges)
        else { return false }
        passOnWhole(to: &events)
        fold.readWhole(body, state: &state, events: &events)
        for line in lines { if let error = ErrorEvent.find(inLine: line) { state.fail(body: error) } }
        return true
    }

    /// `[DONE]` without its field.
    private static func isMarker(_ line: [UInt8]) -> Bool {
        line.withUnsafeBytes { OpenAIChatDecoder.isDoneMarker($0) }
    }

    // Even when the answer failed further on: `retry-after` beside a success is no advice to wait.
    private var rateLimit: RateLimitReading? {
        RateLimitReader.read(headers: headers, quirks: state.quirks, failed: false, receivedAt: receivedAt)
    }
}
