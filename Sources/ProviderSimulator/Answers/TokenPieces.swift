import LLMCore

/// Cuts text into pieces about as long as a tokeniser's: a word with the space before it, long words in two or three.
///
/// Counts agree with real tokenisers to some ten per cent, which is all that usage and pacing need.
enum TokenPieces {
    private static let longest = 8

    static func split(_ text: String) -> [String] {
        var pieces: [String] = []
        var current = ""
        var length = 0
        var wordy = false
        func close() {
            if !current.isEmpty { pieces.append(current) }
            current = ""
            length = 0
        }
        for character in text {
            let isWord = character.isLetter || character.isNumber
            let continues = isWord ? (wordy || current == " ") && length < longest : false
            let swallowsSpace = character == " " && current == " "
            if !continues && !swallowsSpace { close() }
            current.append(character)
            length += 1
            wordy = isWord
        }
        close()
        return pieces
    }

    /// Pieces of a text, without making them.
    static func count(_ text: String) -> Int {
        var count = 0
        var length = 0
        var previous: UInt8 = 0
        for byte in text.utf8 {
            let isWord = byte >= 0x80 || isAlphanumeric(byte)
            let wasWord = previous >= 0x80 || isAlphanumeric(previous) || previous == 0x20
            if isWord && wasWord && length < longest {
                length += 1
            } else {
                count += 1
                length = 1
            }
            previous = byte
        }
        return count
    }

    /// Input tokens of a conversation: its pieces and a few for each turn's frame.
    static func count(_ request: ChatRequest) -> Int {
        var total = 3
        for message in request.messages {
            total += 4
            for part in message.parts { total += count(part) }
        }
        for tool in request.tools { total += count(tool) }
        return total
    }

    static func count(_ tool: ToolDefinition) -> Int {
        12 + count(tool.name) + count(tool.description ?? "")
            + TokenEstimate.tokens(inBytes: tool.parameters.bytes.count)
    }

    static func count(_ part: MessagePart) -> Int {
        switch part {
        case .text(let text): count(text)
        case .image, .file: 258
        case .toolCall(let call): count(call.name) + count(call.arguments)
        case .toolResult(let result): count(result.content)
        case .thinking(let text, _): count(text)
        case .unknown(let value), .native(_, let value): TokenEstimate.tokens(inBytes: value.bytes.count)
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
