import LLMCore

/// Known prompts by their digest, and how often each model was asked each of them.
struct ReferenceAnswers: Sendable {
    private let references: [String: SimulatorReference]
    /// Answers of each task in the order given: where a wrong answer may come from.
    private let byTask: [TaskType: [String]]

    init(_ references: [SimulatorReference]) {
        var table: [String: SimulatorReference] = [:]
        var byTask: [TaskType: [String]] = [:]
        for reference in references {
            table[PromptDigest.digest(of: reference.messages)] = reference
            byTask[reference.task, default: []].append(reference.answer)
        }
        self.references = table
        self.byTask = byTask
    }

    var count: Int { references.count }

    func reference(_ digest: String) -> SimulatorReference? { references[digest] }

    /// Another case's good answer, which is a wrong one here; `nil` when there is no other.
    func stray(from task: TaskType, not answer: String, _ chance: inout SimulatedChance) -> String? {
        let others = byTask[task] ?? []
        guard !others.isEmpty else { return nil }
        let start = chance.below(others.count)
        for offset in 0..<others.count {
            let candidate = others[(start + offset) % others.count]
            if candidate != answer { return candidate }
        }
        return nil
    }
}

/// Names a prompt, however a dialect carried it: white space, the split of a turn into parts, and which of system and developer
/// a message was called make no difference.
enum PromptDigest {
    static func digest(of messages: [Message]) -> String {
        var turns: [(role: Message.Role, text: [UInt8])] = []
        for message in messages {
            let text = message.parts.flatMap(bytes)
            if let last = turns.last, last.role == message.role {
                turns[turns.count - 1].text += text
            } else {
                turns.append((message.role, text))
            }
        }
        var all: [UInt8] = []
        for turn in turns {
            all += Array(turn.role.rawValue.utf8) + [0] + turn.text + [0]
        }
        return String(ContentHash.sha256(all).prefix(32))
    }

    private static func bytes(_ part: MessagePart) -> [UInt8] {
        switch part {
        case .text(let text): squeezed(text)
        case .image(let image):
            switch image.source {
            case .url(let url): squeezed(url)
            case .base64(_, let data): Array(data.utf8)
            }
        case .toolCall(let call):
            squeezed(call.name) + squeezed((try? JSONValue.parse(call.arguments).canonicalText) ?? call.arguments)
        case .toolResult(let result): squeezed(result.content)
        case .file, .thinking, .unknown, .native: []
        }
    }

    private static func squeezed(_ text: String) -> [UInt8] {
        text.utf8.filter { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    }
}
