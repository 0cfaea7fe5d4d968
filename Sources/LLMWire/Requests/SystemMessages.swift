import LLMCore

extension [Message] {
    /// The number of system messages in front of the conversation. Where there is nothing else, the last of them is what is asked.
    var systemCount: Int {
        let count = prefix { $0.role == .system }.count
        return count == self.count ? Swift.max(0, count - 1) : count
    }
}

extension ChatRequest {
    /// The request for a dialect that takes a system prompt in front alone: later ones keep their place, in the user's name. Moved to the front
    /// they would be older than what they correct, and the prompt no longer begin as it did in the last turn.
    var withSystemInFront: ChatRequest {
        let count = messages.systemCount
        guard messages[count...].contains(where: { $0.role == .system }) else { return self }
        let isAlone = count + 1 == messages.count
        var request = self
        request.messages = Array(messages[..<count])
        // Nothing may stand between calls and their results.
        var behindCalls = 0
        for message in messages[count...] {
            switch message.role {
            case .system:
                request.messages.append(isAlone ? message.said(by: .user) : message.handedOn)
                behindCalls += 1
            case .tool: request.messages.insert(message, at: request.messages.count - behindCalls)
            case .user, .assistant:
                request.messages.append(message)
                behindCalls = 0
            }
        }
        return request
    }

    /// The request for a dialect that takes system messages anywhere, but no conversation of them alone.
    var withAUser: ChatRequest {
        let count = messages.systemCount
        guard count + 1 == messages.count, messages[count].role == .system else { return self }
        return withSystemInFront
    }
}

extension Message {
    fileprivate func said(by role: Role) -> Message {
        var message = self
        message.role = role
        return message
    }

    /// A system message among the user's, with a mark that no model takes for the user's own words.
    fileprivate var handedOn: Message {
        var message = said(by: .user)
        message.parts = parts.map { part in
            if case .text(let text) = part { .text("<system>\n\(text)\n</system>") } else { part }
        }
        return message
    }
}
