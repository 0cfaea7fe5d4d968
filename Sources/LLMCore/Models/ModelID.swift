/// The name of a provider row: `openai`, `anthropic`, `gemini`, `groq`, `xai`, `local`, or one a user added in `dirgen.yaml`.
public struct ProviderID: Sendable, Hashable, Comparable, Codable, RawRepresentable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ text: String) { rawValue = text }
    public init(stringLiteral value: String) { rawValue = value }
    public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    public var description: String { rawValue }
    public static func < (left: ProviderID, right: ProviderID) -> Bool { left.rawValue < right.rawValue }

    public static let local: ProviderID = "local"
}

/// A model at a provider, written `provider/name`: `gemini/gemini-2.5-flash`, `local/ai/smollm3`, `groq/openai/gpt-oss-120b`.
public struct ModelID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let provider: ProviderID
    /// The provider's own name of the model, which may hold slashes.
    public let name: String

    public init(provider: ProviderID, name: String) {
        self.provider = provider
        self.name = name
    }

    /// Splits at the first `/`; a bare `ai/...` is local. `nil` for a bare name, which only a catalogue can resolve.
    public init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/"), slash != text.startIndex, text.index(after: slash) != text.endIndex
        else {
            return nil
        }
        let head = String(text[..<slash])
        if head == "ai" {
            self.init(provider: .local, name: text)
        } else {
            self.init(provider: ProviderID(head), name: String(text[text.index(after: slash)...]))
        }
    }

    /// A model as somebody else's file names it, without a provider: it is compared and never called.
    package init(named name: String) {
        provider = ""
        self.name = name
    }

    public var description: String { provider.rawValue.isEmpty ? name : "\(provider)/\(name)" }
    public static func < (left: ModelID, right: ModelID) -> Bool {
        (left.provider, left.name) < (right.provider, right.name)
    }
}

extension ModelID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard !text.isEmpty else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected provider/model")
        }
        // A bare `ai/…`, which means a local model where a person writes it, is a name here.
        self = ModelID(text).flatMap { $0.description == text ? $0 : nil } ?? ModelID(named: text)
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Which model a caller wants.
public enum ModelChoice: Sendable, Hashable {
    /// The selection table decides.
    case auto
    case model(ModelID)
}
