/// The limit of a generation parameter: the same for options, for the models of a run and for datasets.
public struct ParameterRule<Value: Sendable>: Sendable {
    /// What was expected, for messages: `a number from 0 to 2`.
    public let expected: String
    public let allows: @Sendable (Value) -> Bool

    init(_ expected: String, allows: @escaping @Sendable (Value) -> Bool) {
        self.expected = expected
        self.allows = allows
    }
}

extension ParameterRule<Double> {
    public static let temperature = ParameterRule("a number from 0 to 2") { (0...2).contains($0) }
    public static let topP = ParameterRule("a number above 0, at most 1") { $0 > 0 && $0 <= 1 }
}

extension ParameterRule<Int> {
    public static let maxOutputTokens = ParameterRule("a whole number from 1 to 100000000") {
        (1...100_000_000).contains($0)
    }
    public static let seed = ParameterRule("a whole number, 0 or more") { $0 >= 0 }
}

extension ParameterRule<String> {
    /// A word that some provider knows, or a budget in tokens.
    public static let effort = ParameterRule(
        "\(ReasoningEffort.names.joined(separator: ", ")) or a budget in tokens"
    ) { ReasoningEffort.names.contains($0) || Int($0).map { (0...100_000_000).contains($0) } ?? false }
    public static let stop = ParameterRule("a text that is not empty") { !$0.isEmpty }
}
