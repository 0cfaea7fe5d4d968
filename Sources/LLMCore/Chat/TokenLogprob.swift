/// The log probability of a token of an answer, with those of the tokens that the model might have written in its place.
public struct TokenLogprob: Sendable, Hashable, Codable {
    public struct Candidate: Sendable, Hashable, Codable {
        public var token: String
        public var logprob: Double
        /// Its bytes, where the provider tells them: a token may be a part of a character.
        public var bytes: [UInt8]?

        public init(token: String, logprob: Double, bytes: [UInt8]? = nil) {
            self.token = token
            self.logprob = logprob
            self.bytes = bytes
        }
    }

    public var chosen: Candidate
    /// The likeliest, as many as were asked for.
    public var top: [Candidate]

    public init(chosen: Candidate, top: [Candidate] = []) {
        self.chosen = chosen
        self.top = top
    }

    /// The memory that it takes, in bytes, about.
    package var weight: Int { 64 * (1 + top.count) }
}
