/// All mistakes of a configuration.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One mistake: its place, a message and a hint.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The place: `dirgen.yaml:7:3`, or the name of an environment variable or option.
        public var place: String
        public var message: String
        public var hint: String?
        /// ``place`` is the name of an option that the caller set, as `provider`: how it is spelt is the caller's.
        public var isOption: Bool

        public init(place: String, message: String, hint: String? = nil, isOption: Bool = false) {
            self.place = place
            self.message = message
            self.hint = hint
            self.isOption = isOption
        }
        public var description: String { "\(place): \(message)\(hint.map { " (\($0))" } ?? "")" }
    }
    /// The mistakes; at least one.
    public var problems: [Problem]

    public init(_ problems: [Problem]) { self.problems = problems }
    public init(place: String, message: String, hint: String? = nil) {
        problems = [Problem(place: place, message: message, hint: hint)]
    }
    public init(option: String, message: String, hint: String? = nil) {
        problems = [Problem(place: option, message: message, hint: hint, isOption: true)]
    }
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
