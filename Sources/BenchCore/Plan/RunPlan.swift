public import LLMCore

/// The calls of a run in their order: each case with each arm, in randomised blocks.
///
/// A block is one repetition of one case; blocks are shuffled, and so are the arms inside each, so that whatever changes during a run (the
/// hour, a provider's load) meets every arm alike.
public struct RunPlan: Sendable {
    /// One call to come.
    public struct Item: Sendable, Hashable {
        public let ordinal: Int
        public let block: Int
        public let caseIndex: Int
        public let armIndex: Int
        public let repetition: Int
    }

    public let cases: [BenchCase]
    public let arms: [Arm]
    public let repeats: Int
    public let seed: UInt64
    public let items: [Item]

    /// - Parameters:
    ///   - repeats: Of cases that set none themselves.
    ///   - seed: The same seed, cases and arms give the same order.
    public init(cases: [BenchCase], arms: [Arm], repeats: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var blocks: [(caseIndex: Int, repetition: Int)] = []
        for (index, row) in cases.enumerated() {
            for repetition in 0..<max(1, row.repeats ?? repeats) { blocks.append((index, repetition)) }
        }
        blocks.shuffle(using: &random)
        var items: [Item] = []
        for (block, place) in blocks.enumerated() {
            let row = cases[place.caseIndex]
            for armIndex in arms.indices.shuffled(using: &random) where row.admits(arms[armIndex].model) {
                items.append(
                    Item(
                        ordinal: items.count, block: block, caseIndex: place.caseIndex, armIndex: armIndex,
                        repetition: place.repetition))
            }
        }
        self.cases = cases
        self.arms = arms
        self.repeats = repeats
        self.seed = seed
        self.items = items
    }

    private init(_ whole: RunPlan, items: [Item]) {
        (cases, arms, repeats, seed) = (whole.cases, whole.arms, whole.repeats, whole.seed)
        self.items = items
    }

    /// The part of the plan that is still to be done, in its order and with its ordinals.
    package func keeping(_ isOpen: (Item) -> Bool) -> RunPlan { RunPlan(self, items: items.filter(isOpen)) }

    /// The request for one item: the case's messages, its parameters overlaid by the arm's, and always an output limit.
    public func request(for item: Item, defaultOutputLimit: Int = RunPlan.defaultOutputLimit) -> ChatRequest {
        let row = cases[item.caseIndex]
        var parameters = arms[item.armIndex].parameters.filled(from: row.parameters)
        parameters.maxOutputTokens = parameters.maxOutputTokens ?? defaultOutputLimit
        return ChatRequest(messages: row.messages, parameters: parameters, stream: true)
    }

    /// Output limit of a row that sets none.
    public static let defaultOutputLimit = 1_024
}
