public import LLMCore

/// A conversation as a user provides it.
public enum Conversation {
    /// Reads a JSON array of `{"role": "system|user|assistant", "content": "..."}`.
    ///
    /// - Throws: ``ConfigurationError`` with every mistake at its line and column.
    public static func messages(_ bytes: some Sequence<UInt8>, name: String) throws(ConfigurationError) -> [Message] {
        let document: (JSONValue, JSONLocations)
        do {
            document = try JSONValue.parseLocated(bytes)
        } catch {
            throw ConfigurationError(place: "\(name):\(error.line):\(error.column)", message: error.message)
        }
        var problems: [ConfigurationError.Problem] = []
        func report(_ path: [JSONLocations.Step], _ message: String) {
            let at = document.1.position(of: path)
            problems.append(.init(place: "\(name):\(at.line):\(at.column)", message: message))
        }
        guard let items = document.0.array, !items.isEmpty else {
            report([], "expected an array of messages with at least one")
            throw ConfigurationError(problems)
        }
        var messages: [Message] = []
        for (index, item) in items.enumerated() {
            guard let role = item["role"]?.string.flatMap(Message.Role.init), role != .tool else {
                report([.index(index)], "role: expected system, user or assistant")
                continue
            }
            guard let content = item["content"]?.string else {
                report([.index(index)], "content: expected a text")
                continue
            }
            guard role != .user || content.contains(where: { !$0.isWhitespace }) else {
                report([.index(index)], "content: the user's text is empty: there is nothing to ask")
                continue
            }
            messages.append(Message(role: role, parts: [.text(content)]))
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return messages
    }
}
