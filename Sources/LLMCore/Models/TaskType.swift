/// The kind of work a prompt is: what a dataset replays, what the selection table is keyed on, what a caller of `ask` names.
///
/// The platform's own are the static members; users add their own names.
public struct TaskType: Sendable, Hashable, Comparable, RawRepresentable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    public let rawValue: String
    /// `validation` is read as its alias `verification`.
    public init(rawValue: String) { self.rawValue = rawValue == "validation" ? "verification" : rawValue }
    public init(_ text: String) { self.init(rawValue: text) }
    public init(stringLiteral value: String) { self.init(rawValue: value) }
    public var description: String { rawValue }
    public static func < (left: TaskType, right: TaskType) -> Bool { left.rawValue < right.rawValue }

    public static let planning: TaskType = "planning"
    public static let architecture: TaskType = "architecture"
    public static let complexGeneration: TaskType = "complex_generation"
    public static let simpleGeneration: TaskType = "simple_generation"
    public static let verification: TaskType = "verification"
    public static let general: TaskType = "general"

    /// The platform's own.
    public static let builtIn: [TaskType] = [
        .planning, .architecture, .complexGeneration, .simpleGeneration, .verification, .general,
    ]
}

extension TaskType: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
