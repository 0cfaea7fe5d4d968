/// A line of the program's log in JSON: its metadata stand beside its own members.
package struct LogLineDocument: Document {
    package var time: String
    package var level: String
    package var logger: String
    package var message: String
    package var metadata: [String: String]

    package init(time: String, level: String, logger: String, message: String, metadata: [String: String]) {
        self.time = time
        self.level = level
        self.logger = logger
        self.message = message
        self.metadata = metadata
    }

    private struct Key: CodingKey, Hashable {
        static let own = ["ts", "level", "logger", "message"]
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        // Metadata of the same name would win over the line's own member, as it does for every reader of a repeated key.
        for (name, value) in zip(Key.own, [time, level, logger, message]) where metadata[name] == nil {
            try object.encode(value, forKey: Key(stringValue: name))
        }
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            try object.encode(value, forKey: Key(stringValue: name))
        }
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        func own(_ name: String) throws -> String { try object.decode(String.self, forKey: Key(stringValue: name)) }
        time = try own("ts")
        level = try own("level")
        logger = try own("logger")
        message = try own("message")
        metadata = [:]
        for key in object.allKeys where !Key.own.contains(key.stringValue) {
            metadata[key.stringValue] = try object.decode(String.self, forKey: key)
        }
    }
}
