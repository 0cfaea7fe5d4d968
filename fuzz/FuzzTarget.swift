import LLMCore
import LLMWire

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The entry of libFuzzer: one input for the parser that `FUZZ_TARGET` names. `scripts/fuzz` builds and runs it.
///
/// Whatever traps is a finding, and so is each `precondition` below: properties that hold for every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    Fuzz.target(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

/// The parsers that read what strangers wrote.
private enum Fuzz {
    static let target: @Sendable ([UInt8]) -> Void = {
        let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
        switch name {
        case "chat": return { request($0, .gatewayChat) }
        case "responses": return { request($0, .gatewayResponses) }
        case "messages": return { request($0, .gatewayAnthropic) }
        case "gemini": return { request($0, .gatewayGemini) }
        case "events": return events
        case "answers": return answers
        default: fatalError("FUZZ_TARGET is none of chat, responses, messages, gemini, events, answers")
        }
    }()

    /// A client's request: what is accepted can be sent in every dialect or is refused by name, and keeps its bytes in its own.
    static func request(_ body: [UInt8], _ flavour: ServerFlavour) {
        let client: ClientRequest
        do { client = try RequestDecoder.decode(body, flavour: flavour, pathModel: "m", pathStreams: true) } catch {
            let refusal = ErrorWriter.response(ServedError(error), flavour: flavour)
            precondition((400..<500).contains(refusal.status), "a refusal with status \(refusal.status)")
            precondition((try? JSONValue.parse(refusal.body)) != nil, "a refusal that is no JSON")
            return
        }
        for dialect in WireDialect.allCases {
            guard
                let wire = try? RequestEncoder.encode(
                    client.request, model: "m", dialect: dialect, quirks: .generic)
            else {
                precondition(dialect != flavour.dialect, "a request that is accepted cannot be sent as it is")
                continue
            }
            guard let value = try? JSONValue.parse(wire.body), value.object != nil else {
                preconditionFailure("what is sent in \(dialect.rawValue) is no object")
            }
        }
        _ = client.request.worstCaseInputTokens
    }

    /// An event stream reads the same however the network cuts it.
    static func events(_ bytes: [UInt8]) {
        let whole = read(bytes, by: max(1, bytes.count))
        precondition(read(bytes, by: 1) == whole, "byte by byte the events are others")
        precondition(read(bytes, by: 7) == whole, "in pieces the events are others")
    }

    private static func read(_ bytes: [UInt8], by step: Int) -> [[UInt8]] {
        var parser = SSEParser()
        var events: [[UInt8]] = []
        func take(_ event: SSEParser.Event) {
            events.append(parser.withData(of: event) { Array($0) })
            if event.isNamed { events.append(Array(parser.eventName.utf8)) }
        }
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + step)
            parser.append(bytes[start..<end])
            while let event = parser.next() { take(event) }
            start = end
        }
        while let event = parser.finish() { take(event) }
        return events + parser.takeForeignLines()
    }

    /// A provider's answer, of the dialect, status and framing that its first byte says, cut anywhere.
    static func answers(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let dialect = WireDialect.allCases[Int(first & 3)]
        let body = bytes.dropFirst()
        let whole = decode(body, dialect, first, by: max(1, body.count))
        let cut = decode(body, dialect, first, by: 5)
        precondition(whole.text == cut.text, "in pieces the text is another")
        precondition(whole.answer.outcome == cut.answer.outcome, "in pieces the outcome is another")
    }

    private static func decode(
        _ body: ArraySlice<UInt8>, _ dialect: WireDialect, _ first: UInt8, by step: Int
    ) -> (text: String, answer: DecodedAnswer) {
        var decoder = ResponseDecoder(
            dialect: dialect, quirks: .generic, streaming: first & 4 != 0, status: first & 8 != 0 ? 400 : 200,
            headers: [], emitsRaw: first & 16 != 0)
        var events: [ChatEvent] = []
        var rest = body
        while !rest.isEmpty {
            _ = Array(rest.prefix(step)).withUnsafeBytes { decoder.feed($0, into: &events) }
            rest = rest.dropFirst(step)
        }
        let answer = decoder.finish(into: &events)
        return (events.map { if case .text(let text) = $0 { text } else { "" } }.joined(), answer)
    }
}
