public import LLMCore

/// The calls of a run in their order: each case with each arm, in randomised blocks.
///
/// A block is one repetition of one case; blocks are shuffled, and so are the arms inside each, so that whatever changes during a run (the
/// hour, a provider's load) meets every arm alike.
///
/// Under an open load the calls come in phases instead, one arm at one rate each, so that no arm loads another.
public struct RunPlan: Sendable {
    /// One call to come.
    public struct Item: Sendable, Hashable {
        public let ordinal: Int
        public let block: Int
        public let caseIndex: Int
        public let armIndex: Int
        /// Numbers on from rate to rate, so that a case, an arm and a repetition are one call.
        public let repetition: Int
        /// Place among ``RunPlan/phases``; 0 in a closed loop, which has none.
        public let phase: Int
    }

    /// A part of an open load: one arm at one rate, with every case.
    public struct Phase: Sendable, Hashable {
        public let armIndex: Int
        /// Place of the rate in its sweep.
        public let step: Int
        /// Calls a second; `nil` in a replay.
        public let rate: Double?
    }

    public let cases: [BenchCase]
    public let arms: [Arm]
    public let repeats: Int
    public let seed: UInt64
    public let load: LoadModel
    /// One after another, in this order; none in a closed loop.
    public let phases: [Phase]
    public let items: [Item]

    /// - Parameters:
    ///   - repeats: Of cases that set none themselves.
    ///   - seed: The same seed, cases and arms give the same order.
    public init(cases: [BenchCase], arms: [Arm], repeats: Int, seed: UInt64, load: LoadModel = .closed) {
        self.cases = cases
        self.arms = arms
        self.repeats = repeats
        self.seed = seed
        self.load = load
        phases = load.isOpen ? RunPlan.phases(of: arms.count, under: load, seed: seed) : []
        items =
            load.isOpen
            ? RunPlan.items(of: cases, arms, repeats, in: phases, under: load, seed: seed)
            : RunPlan.blocks(of: cases, arms, repeats, seed: seed)
    }

    private static func blocks(of cases: [BenchCase], _ arms: [Arm], _ repeats: Int, seed: UInt64) -> [Item] {
        var random = SeededGenerator(seed: seed)
        var blocks: [(caseIndex: Int, repetition: Int)] = []
        for (index, row) in cases.enumerated() {
            for repetition in 0..<RunPlan.repeats(of: row, repeats) { blocks.append((index, repetition)) }
        }
        blocks.shuffle(using: &random)
        var items: [Item] = []
        for (block, place) in blocks.enumerated() {
            let row = cases[place.caseIndex]
            for armIndex in arms.indices.shuffled(using: &random) where row.admits(arms[armIndex].model) {
                items.append(
                    Item(
                        ordinal: items.count, block: block, caseIndex: place.caseIndex, armIndex: armIndex,
                        repetition: place.repetition, phase: 0))
            }
        }
        return items
    }

    /// By rising rate; at each rate the arms in random order.
    private static func phases(of arms: Int, under load: LoadModel, seed: UInt64) -> [Phase] {
        var random = SeededGenerator(seed: seed)
        let rates: [Double?] = load.sweep?.rates ?? [nil]
        return rates.enumerated().flatMap { step, rate in
            (0..<arms).shuffled(using: &random).map { Phase(armIndex: $0, step: step, rate: rate) }
        }
    }

    /// Every phase holds all cases; at one rate all arms meet them in the same order.
    private static func items(
        of cases: [BenchCase], _ arms: [Arm], _ repeats: Int, in phases: [Phase], under load: LoadModel, seed: UInt64
    ) -> [Item] {
        var items: [Item] = []
        for (place, phase) in phases.enumerated() {
            var order = cases.indices.flatMap { index in
                (0..<RunPlan.repeats(of: cases[index], repeats)).map { (caseIndex: index, repetition: $0) }
            }
            if load == .replay {
                func time(_ index: Int) -> Double { cases[index].at ?? 0 }
                order.sort { (time($0.caseIndex), $0.caseIndex) < (time($1.caseIndex), $1.caseIndex) }
            } else {
                var random = SeededGenerator(seed: seed &+ UInt64(phase.step + 1))
                order.shuffle(using: &random)
            }
            for entry in order where cases[entry.caseIndex].admits(arms[phase.armIndex].model) {
                let first = phase.step * RunPlan.repeats(of: cases[entry.caseIndex], repeats)
                items.append(
                    Item(
                        ordinal: items.count, block: items.count, caseIndex: entry.caseIndex,
                        armIndex: phase.armIndex, repetition: first + entry.repetition, phase: place))
            }
        }
        return items
    }

    /// Times that a case is asked of an arm, at each rate.
    package static func repeats(of row: BenchCase, _ repeats: Int) -> Int { max(1, row.repeats ?? repeats) }

    private init(_ whole: RunPlan, items: [Item]) {
        (cases, arms, repeats, seed) = (whole.cases, whole.arms, whole.repeats, whole.seed)
        (load, phases) = (whole.load, whole.phases)
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
