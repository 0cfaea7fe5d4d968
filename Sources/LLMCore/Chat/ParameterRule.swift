/// The limit of a generation parameter: the same for options, for the models of a run and for datasets.
package struct ParameterRule<Value: Sendable>: Sendable {
    /// The expectation in words, for messages: `a number from 0 to 2`.
    package let expected: String
    package let allows: @Sendable (Value) -> Bool

    init(_ expected: String, allows: @escaping @Sendable (Value) -> Bool) {
        self.expected = expected
        self.allows = allows
    }
}

extension ParameterRule<Double> {
    package static var temperature: Self { Self("a number from 0 to 2") { (0...2).contains($0) } }
    package static var topP: Self { Self("a number above 0, at most 1") { $0 > 0 && $0 <= 1 } }
}

extension ParameterRule<Int> {
    package static var maxOutputTokens: Self {
        Self("a whole number from 1 to 100000000") { (1...100_000_000).contains($0) }
    }
    package static var seed: Self { Self("a whole number, 0 or more") { $0 >= 0 } }
}

extension ParameterRule<String> {
    /// A word that some provider knows, or a budget in tokens.
    package static var effort: Self {
        Self("\(ReasoningEffort.names.joined(separator: ", ")) or a budget in tokens") { text in
            ReasoningEffort.names.contains(text) || Int(text).map { (0...100_000_000).contains($0) } ?? false
        }
    }
    package static var stop: Self { Self("a text that is not empty") { !$0.isEmpty } }
}
