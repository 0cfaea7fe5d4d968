/// What is known of a model's time to first token.
struct FirstTokenFigures: Sendable, Hashable {
    var p95: Duration?
    var p99: Duration?
    /// How many answers it rests on, older ones counting less.
    var weight: Double
}
