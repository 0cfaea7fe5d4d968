import LLMCore

/// Writes one answer as the events of a stream, appending bytes to a buffer of the caller.
///
/// Call ``start(into:)`` once, ``append(_:outputSoFar:into:)`` for each piece, then either ``finish(_:into:)`` or
/// ``fail(_:into:)``. Pure: when the bytes leave is the caller's affair.
package struct AnswerStreamEncoder: Sendable {
    private enum Backing: Sendable {
        case chat(ChatStreamWriter)
        case responses(ResponsesStreamWriter)
        case anthropic(AnthropicStreamWriter)
        case gemini(GeminiStreamWriter)
    }
    private var backing: Backing
    private var calls: HeldToolCalls
    private var ids: CallIDs

    /// - Parameters:
    ///   - includeUsage: The client asked for usage inside the stream; only chat streams look at it.
    ///   - asArray: Gemini without `alt=sse`: one JSON array instead of events.
    package init(head: AnswerHead, flavour: ServerFlavour, includeUsage: Bool, asArray: Bool = false) {
        let extent: HeldToolCalls.Extent =
            switch flavour.dialect {
            case .openai: .name
            // They close a block before they open the next.
            case .anthropic, .openaiResponses: .growing
            // It has no event for a part of a call.
            case .gemini: .whole
            }
        calls = HeldToolCalls(extent)
        ids = CallIDs(ofAnswer: head.id)
        backing =
            switch flavour.dialect {
            case .openai: .chat(ChatStreamWriter(head, flavour, includeUsage: includeUsage))
            case .openaiResponses: .responses(ResponsesStreamWriter(head, flavour))
            case .anthropic: .anthropic(AnthropicStreamWriter(head, flavour))
            case .gemini: .gemini(GeminiStreamWriter(head, flavour, asArray: asArray))
            }
    }

    /// Writes the stream's opening: roles, identifiers, input counts. May be nothing.
    package mutating func start(into out: inout [UInt8]) {
        switch backing {
        case .chat(var writer):
            writer.start(into: &out)
            backing = .chat(writer)
        case .responses(var writer):
            writer.start(into: &out)
            backing = .responses(writer)
        case .anthropic(let writer): writer.start(into: &out)
        case .gemini: break
        }
    }

    /// - Parameter outputSoFar: Visible output tokens up to and with this piece, for dialects that repeat usage in every event.
    package mutating func append(_ piece: AnswerPiece, outputSoFar: Int? = nil, into out: inout [UInt8]) {
        for piece in calls.take(piece) { write(ids.named(piece), outputSoFar, into: &out) }
    }

    private mutating func write(_ piece: AnswerPiece, _ outputSoFar: Int?, into out: inout [UInt8]) {
        switch backing {
        case .chat(var writer):
            writer.append(piece, into: &out)
            backing = .chat(writer)
        case .responses(var writer):
            writer.append(piece, into: &out)
            backing = .responses(writer)
        case .anthropic(var writer):
            writer.append(piece, into: &out)
            backing = .anthropic(writer)
        case .gemini(var writer):
            writer.append(piece, outputSoFar: outputSoFar, into: &out)
            backing = .gemini(writer)
        }
    }

    /// The finish, usage and the terminal marker.
    package mutating func finish(_ end: AnswerEnd, into out: inout [UInt8]) {
        for piece in calls.flush() { write(ids.named(piece), nil, into: &out) }
        switch backing {
        case .chat(var writer): writer.finish(end, into: &out)
        case .responses(var writer): writer.finish(end, into: &out)
        case .anthropic(var writer): writer.finish(end, into: &out)
        case .gemini(var writer): writer.finish(end, into: &out)
        }
    }

    /// An error inside the stream, as this provider reports it after status 200; no terminal marker follows.
    package mutating func fail(_ error: ServedError, into out: inout [UInt8]) {
        switch backing {
        case .chat(let writer): writer.fail(error, into: &out)
        case .responses(var writer): writer.fail(error, into: &out)
        case .anthropic(let writer): writer.fail(error, into: &out)
        case .gemini(var writer): writer.fail(error, into: &out)
        }
    }
}

extension [UInt8] {
    mutating func append(_ text: String) { append(contentsOf: text.utf8) }
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }
}
