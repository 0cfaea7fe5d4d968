import LLMCore
import LLMWire

/// The bytes of a streamed answer in the caller's dialect, made event by event.
///
/// A provider that speaks that dialect has its own events passed on as they came; else the answer is written anew. Before the first
/// piece of an answer nothing leaves, so that another model may still answer, and a failure is told by its status.
struct StreamRelay: Sendable {
    private let flavour: ServerFlavour
    private let client: ClientRequest
    private let asArray: Bool
    private let head: @Sendable (ModelID) -> AnswerHead
    private var encoder: AnswerStreamEncoder?
    /// The provider's events that came before the first piece of the answer.
    private var held: [UInt8] = []
    /// The provider's last event, which goes out once the cost is known.
    private var terminal: [UInt8] = []
    private var isPassedThrough = false
    private var rawCount = 0
    /// The provider's last event of all.
    private var lastEvent: [UInt8] = []
    /// The pieces of an answer for which no model was asked, as of one from the cache: which one made it is known at its end.
    private var unattributed: [AnswerEvent] = []
    /// The model that answers, or is being tried.
    private(set) var model: ModelID?
    /// A piece of the answer has come: the answer is this model's.
    private(set) var hasBegun = false
    /// The names by which the provider keeps the exchange, by header.
    private(set) var exchangeNames: [String: String] = [:]
    /// Reasoning was written whose signature is yet to come.
    private var isUnsealed = false

    /// - Parameter head: The part of the answer that is known before its first token, when the provider's own is not passed on.
    init(
        _ client: ClientRequest, flavour: ServerFlavour, asArray: Bool,
        head: @escaping @Sendable (ModelID) -> AnswerHead
    ) {
        self.client = client
        self.flavour = flavour
        self.asArray = asArray
        self.head = head
    }

    /// Takes an event in; what the caller reads of it is appended to `out`. The end is ``end(_:trailer:into:)``'s.
    mutating func take(_ event: AnswerEvent, into out: inout [UInt8]) {
        if model == nil, !isPassedThrough, event.isPieceOfAnswer { return unattributed.append(event) }
        switch event {
        case .attempting(let model, _): begin(model)
        case .responded(let names): if !hasBegun { exchangeNames = names }
        case .raw(let dialect, let bytes) where dialect == flavour.dialect: pass(bytes, into: &out)
        case .text(let text): append(.text(text), into: &out)
        case .refusal(let text): append(.refusal(text), into: &out)
        case .image(let image):
            if image.isExpressible(inAnswersOf: flavour.dialect) { append(.image(image), into: &out) }
        case .file(let file):
            if file.isExpressible(inAnswersOf: flavour.dialect) { append(.file(file), into: &out) }
        case .logprobs(let tokens): append(.logprobs(tokens), into: &out)
        case .thinking(let text): if client.showThinking { append(.thinking(text), into: &out) }
        case .thinkingSignature(let signature):
            if client.showThinking { seal(signature, into: &out) }
        case .toolCall(let index, let id, let name, let arguments):
            append(.toolCall(index: index, id: id, name: name, arguments: arguments), into: &out)
        case .raw, .native, .waiting, .attemptFailed, .ended: break
        }
    }

    private mutating func begin(_ model: ModelID) {
        guard !hasBegun else { return }
        self.model = model
        exchangeNames = [:]
        encoder = nil
        held = []
        terminal = []
        isPassedThrough = false
        rawCount = 0
    }

    private mutating func append(_ piece: AnswerPiece, into out: inout [UInt8]) {
        if !hasBegun {
            hasBegun = true
            out += held
            held = []
            if !isPassedThrough, let model {
                encoder = AnswerStreamEncoder(
                    head: head(model), flavour: flavour, includeUsage: client.includeUsage, asArray: asArray)
                encoder?.start(into: &out)
            }
        }
        switch piece {
        case .thinking: isUnsealed = true
        case .thinkingSignature, .logprobs: break
        case .text, .refusal, .image, .file, .toolCall: if isUnsealed { seal(nil, into: &out) }
        }
        encoder?.append(piece, into: &out)
    }

    /// Ends reasoning with its signature, marked with the provider that made it; without one, with the mark alone.
    private mutating func seal(_ signature: String?, into out: inout [UInt8]) {
        isUnsealed = false
        guard let model, let marked = ReasoningSeal.marked(signature, by: model.provider, for: flavour.dialect) else {
            return
        }
        append(.thinkingSignature(marked), into: &out)
    }

    // MARK: The provider's own events

    private mutating func pass(_ bytes: [UInt8], into out: inout [UInt8]) {
        isPassedThrough = true
        guard client.includeUsage || !RawEvent.isUsageOnly(bytes) else { return }
        lastEvent = bytes
        var frame: [UInt8] = []
        RawEvent.frame(bytes, flavour.dialect, isFirst: rawCount == 0, asArray: asArray, into: &frame)
        rawCount += 1
        if RawEvent.isTerminal(bytes, flavour.dialect) {
            terminal += frame
        } else if hasBegun {
            out += frame
        } else {
            held += frame
        }
    }

    // MARK: The end

    /// Ends an answer, and tells a failure inside a stream that has begun.
    ///
    /// - Parameters:
    ///   - failure: The failure that ended it; `nil` for an answer.
    ///   - trailer: An SSE comment that goes before the end marker; Gemini's streams have none.
    mutating func end(_ record: CallRecord, failure: ServedError?, trailer: String, into out: inout [UInt8]) {
        if let failure { return fail(failure, into: &out) }
        if !unattributed.isEmpty, let model = record.model {
            begin(model)
            for event in unattributed { take(event, into: &out) }
        }
        if !hasBegun, !isPassedThrough, let model = record.model ?? model {
            encoder = AnswerStreamEncoder(
                head: head(model), flavour: flavour, includeUsage: client.includeUsage, asArray: asArray)
            encoder?.start(into: &out)
        }
        out += held
        held = []
        // Google's own SDK takes every line that is no data for a part of a JSON text.
        let comment = flavour.dialect == .gemini ? [] : Array((trailer + "\n").utf8)
        if isPassedThrough {
            out += comment
            out += terminal
            if asArray { out += rawCount == 0 ? Array("[]".utf8) : Array("\n]".utf8) }
        } else {
            if isUnsealed { seal(nil, into: &out) }
            var last: [UInt8] = []
            encoder?.finish(AnswerEnd(record, for: client, in: flavour.dialect), into: &last)
            let start = RawEvent.startOfLastEvent(last)
            out += last[..<start] + comment + last[start...]
        }
    }

    private mutating func fail(_ failure: ServedError, into out: inout [UInt8]) {
        // The provider has told it in its own words.
        if isPassedThrough, RawEvent.isError(lastEvent) {
            out += terminal
            if asArray { out += Array("\n]".utf8) }
            return
        }
        if isPassedThrough, asArray {
            // The array is open already.
            out += Array(",\r\n".utf8) + ErrorWriter.response(failure, flavour: flavour).body + Array("\n]".utf8)
            return
        }
        if encoder == nil, let model {
            encoder = AnswerStreamEncoder(
                head: head(model), flavour: flavour, includeUsage: false, asArray: asArray)
        }
        encoder?.fail(failure, into: &out)
    }
}

/// Readings of a provider's raw events that need no decoding of the whole event.
enum RawEvent {
    /// Writes an event with its framing, as the dialect's SDKs read it.
    static func frame(
        _ bytes: [UInt8], _ dialect: WireDialect, isFirst: Bool, asArray: Bool, into out: inout [UInt8]
    ) {
        if asArray {
            out += Array((isFirst ? "[" : ",\r\n").utf8)
            out += bytes
            return
        }
        if dialect == .anthropic || dialect == .openaiResponses, let name = type(of: bytes) {
            out += Array("event: ".utf8)
            out += Array(name.utf8)
            out.append(UInt8(ascii: "\n"))
        }
        // Data of several lines is several fields.
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            out += Array("data: ".utf8)
            out += line
            out.append(UInt8(ascii: "\n"))
        }
        out.append(UInt8(ascii: "\n"))
    }

    /// The `type` of an event; `nil` when it has none that may stand in a line.
    static func type(of bytes: [UInt8]) -> String? {
        let quick = Array(#"{"type":""#.utf8)
        if bytes.starts(with: quick), let end = bytes[quick.count...].firstIndex(of: UInt8(ascii: "\"")) {
            let name = bytes[quick.count..<end]
            if name.allSatisfy(isNameByte) { return String(decoding: name, as: UTF8.self) }
        }
        guard let name = (try? JSONValue.parse(bytes))?["type"]?.string, name.utf8.allSatisfy(isNameByte) else {
            return nil
        }
        return name
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The event after which the dialect's stream is over; Gemini's has none.
    static func isTerminal(_ bytes: [UInt8], _ dialect: WireDialect) -> Bool {
        switch dialect {
        case .openai: return bytes.count < 16 && String(decoding: bytes, as: UTF8.self).isDoneMarker
        case .anthropic: return bytes.count < 256 && type(of: bytes) == "message_stop"
        case .openaiResponses:
            switch type(of: bytes) {
            case "response.completed", "response.incomplete", "response.failed": return true
            default: return false
            }
        case .gemini: return false
        }
    }

    private static let noChoices = [BytePattern(#""choices":[]"#), BytePattern(#""choices": []"#)]
    private static let error = BytePattern(#""error""#)

    /// A chat chunk with usage and no choice, which a caller who did not ask for usage does not expect.
    static func isUsageOnly(_ bytes: [UInt8]) -> Bool {
        guard bytes.count < 8_192, noChoices.contains(where: { $0.occurs(in: bytes) }),
            let value = try? JSONValue.parse(bytes)
        else { return false }
        return value["choices"]?.array?.isEmpty == true && value["usage"].map { !$0.isNull } == true
    }

    static func isError(_ bytes: [UInt8]) -> Bool {
        guard error.occurs(in: bytes), let value = try? JSONValue.parse(bytes) else { return false }
        return value["error"].map { !$0.isNull } == true || value["type"]?.string == "error"
    }

    /// The offset at which the last event of encoded bytes begins.
    static func startOfLastEvent(_ bytes: [UInt8]) -> Int {
        var index = bytes.count
        // Its own blank line ends it.
        while index > 0, bytes[index - 1] == 0x0A || bytes[index - 1] == 0x0D { index -= 1 }
        while index > 1 {
            let isBlankLine =
                bytes[index - 1] == 0x0A
                && (bytes[index - 2] == 0x0A || index > 3 && bytes[index - 2] == 0x0D && bytes[index - 3] == 0x0A)
            if isBlankLine { return index }
            index -= 1
        }
        return 0
    }
}

extension String {
    fileprivate var isDoneMarker: Bool { filter { !$0.isWhitespace } == "[DONE]" }
}

extension AnswerEnd {
    /// The end of the answer that a call's last attempt gave, as a dialect tells it.
    init(_ record: CallRecord, for client: ClientRequest, in dialect: WireDialect) {
        let report = record.attempts.last?.report
        let kind: FinishReason.Kind =
            switch record.outcome {
            case .lengthTruncated: .length
            case .refusal: .refusal
            case .contentFilter: .contentFilter
            default: report?.finish?.kind ?? (record.answer.toolCalls.isEmpty ? .stop : .toolCalls)
            }
        let told = report?.usage?.reportedTokens ?? report?.usage?.tokens
        self.init(
            finish: kind, usage: TokenUsage.stated(told, by: record.answer, to: client.request, in: dialect),
            media: report?.usage.map { MediaTokens($0.raw) } ?? .init())
    }
}

extension TokenUsage {
    /// The counts that an answer states: what its dialect's clients rely on and the provider did not tell is estimated.
    ///
    /// Anthropic's answers always have a usage; that of the others may be left out, but not in part. All of Gemini's may be.
    static func stated(
        _ told: TokenUsage?, by answer: Answer, to request: ChatRequest, in dialect: WireDialect
    ) -> TokenUsage? {
        guard dialect != .gemini, told != nil || dialect == .anthropic else { return told }
        var usage = told ?? TokenUsage()
        if usage.promptTokens == nil {
            let cached = (usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0) + (usage.cacheWrite1hTokens ?? 0)
            usage.promptTokens = max(cached, request.estimatedInputTokens)
        }
        usage.outputTokens = usage.outputTokens ?? max(usage.reasoningTokens ?? 0, answer.estimatedTokens)
        return usage
    }
}

extension Answer {
    fileprivate var estimatedTokens: Int {
        let calls = toolCalls.reduce(0) { $0 + $1.name.utf8.count + $1.arguments.utf8.count }
        return TokenEstimate.tokens(
            inBytes: text.utf8.count + thinking.utf8.count + (refusal?.utf8.count ?? 0) + calls)
    }
}
