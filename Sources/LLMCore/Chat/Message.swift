/// One turn of a conversation, as parts.
public struct Message: Sendable, Hashable, Encodable {
    public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
        case system, user, assistant, tool
    }

    public var role: Role
    public var parts: [MessagePart]
    /// The model that wrote the turn, the only one that takes back its signed, redacted or encrypted reasoning; `nil` unknown.
    public var origin: ModelID?
    /// The points up to which the caller asks for the prompt to be cached, in the order of the parts.
    public var cachePoints: [CachePoint]

    public init(role: Role, parts: [MessagePart], origin: ModelID? = nil, cachePoints: [CachePoint] = []) {
        self.role = role
        self.parts = parts
        self.origin = origin
        self.cachePoints = cachePoints
    }

    // Without the cache points, which change no answer.
    private enum CodingKeys: String, CodingKey { case role, parts, origin }

    public static func system(_ text: String) -> Message { Message(role: .system, parts: [.text(text)]) }
    public static func user(_ text: String) -> Message { Message(role: .user, parts: [.text(text)]) }
    public static func assistant(_ text: String) -> Message { Message(role: .assistant, parts: [.text(text)]) }

    /// The text parts joined; other parts are left out.
    public var text: String {
        parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined()
    }
}

/// A piece of a message. What we do not know is kept as JSON, never dropped.
public enum MessagePart: Sendable, Hashable, Codable {
    case text(String)
    case image(ImagePart)
    case file(FilePart)
    case toolCall(ToolCall)
    case toolResult(ToolResult)
    /// A model's own reasoning; the signature must go back unchanged to the provider that made it.
    case thinking(text: String, signature: String?)
    case unknown(JSONValue)
    /// A part in one dialect's own form (redacted or encrypted reasoning): goes back unchanged where that dialect is spoken, and nowhere
    /// else.
    case native(WireDialect, JSONValue)
}

/// An image by URL, or its bytes in base64 with a media type.
public struct ImagePart: Sendable, Hashable, Codable {
    public enum Source: Sendable, Hashable, Codable {
        case url(String)
        case base64(mediaType: String, data: String)
    }
    public var source: Source
    public init(source: Source) { self.source = source }

    /// Its address, or its bytes as a `data:` address.
    package var dataURL: String {
        switch source {
        case .url(let url): url
        case .base64(let mediaType, let data): "data:\(mediaType);base64,\(data)"
        }
    }
}

/// A document or a recording by URL, or its bytes in base64, with its media type.
public struct FilePart: Sendable, Hashable, Codable {
    public enum Source: Sendable, Hashable, Codable {
        case url(String)
        case base64(String)
    }
    public var source: Source
    public var mediaType: String
    /// The name it has with its owner.
    public var name: String?
    public init(source: Source, mediaType: String, name: String? = nil) {
        self.source = source
        self.mediaType = mediaType
        self.name = name
    }

    /// Its address, or its bytes as a `data:` address.
    package var dataURL: String {
        switch source {
        case .url(let url): url
        case .base64(let data): "data:\(mediaType);base64,\(data)"
        }
    }
}

/// A function the model wants called. `arguments` is JSON text as the model wrote it, which may be invalid.
public struct ToolCall: Sendable, Hashable, Codable {
    public var id: String
    public var name: String
    public var arguments: String
    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// The result of a called function.
public struct ToolResult: Sendable, Hashable, Codable {
    public var callID: String
    public var name: String?
    public var content: String
    public var isError: Bool
    public init(callID: String, name: String? = nil, content: String, isError: Bool = false) {
        self.callID = callID
        self.name = name
        self.content = content
        self.isError = isError
    }
}

/// A function offered to the model; `parameters` is a JSON Schema.
public struct ToolDefinition: Sendable, Hashable, Encodable {
    public var name: String
    public var description: String?
    public var parameters: JSONValue
    /// The TTL with which the caller asks for the prompt to be cached up to this tool; `nil` where it does not.
    public var cacheTTL: CachePoint.TTL?
    public init(name: String, description: String? = nil, parameters: JSONValue, cacheTTL: CachePoint.TTL? = nil) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.cacheTTL = cacheTTL
    }

    // Without the cache point, which changes no answer.
    private enum CodingKeys: String, CodingKey { case name, description, parameters }
}
