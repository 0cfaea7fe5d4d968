/// An error in writing a request or reading a list of models.
public struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        private let name: String
        /// The dialect has no way to say what the request asks for.
        public static let unsupported = Kind(name: "unsupported")
        /// The original bytes to pass through are not a JSON object.
        public static let malformedOriginal = Kind(name: "malformed_original")
        /// A body received is not what it should be.
        public static let malformedBody = Kind(name: "malformed_body")
        public var description: String { name }
    }
    public let kind: Kind
    /// For people; holds nothing of the prompt.
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
    public var description: String { message }
}
