import BenchCore
import LLMCore

/// The blocks world: stacks on a table, a hand that holds one block, and a goal about what lies on what.
struct BlocksWorld: PlanWorld {
    static let keys: Set<String> = ["init", "goal", "moves"]

    /// Stacks, bottom first.
    let stacks: [[String]]
    let goal: [Condition]
    /// Steps move a block in one go, without a hand.
    let hasMovesOnly: Bool

    enum Condition: Hashable {
        case on(String, String)
        case onTable(String)
        case clear(String)
    }

    init?(_ problem: ProblemField, _ faults: inout [String]) {
        let before = faults.count
        hasMovesOnly = problem["moves"]?.flag(&faults) ?? false
        stacks = (problem["init"]?.array(&faults) ?? []).map { stack in
            (stack.array(&faults) ?? []).compactMap { $0.name(&faults)?.plainName }
        }
        let blocks = stacks.flatMap(\.self)
        let known = Set(blocks)
        if blocks.isEmpty { faults.append("init: expected stacks of blocks") }
        if known.count < blocks.count { faults.append("init: a block stands in it twice") }
        goal = (problem["goal"]?.array(&faults) ?? []).compactMap { BlocksWorld.condition($0, known, &faults) }
        if goal.isEmpty { faults.append("goal: expected at least one condition") }
        guard faults.count == before else { return nil }
    }

    private static func condition(_ field: ProblemField, _ known: Set<String>, _ faults: inout [String]) -> Condition? {
        let words = (field.array(&faults) ?? []).compactMap { $0.name(&faults)?.plainName }
        let names = words.dropFirst()
        switch (words.first, names.count) {
        case ("on", 2) where names.allSatisfy(known.contains): return .on(words[1], words[2])
        case ("on-table", 1) where names.allSatisfy(known.contains): return .onTable(words[1])
        case ("clear", 1) where names.allSatisfy(known.contains): return .clear(words[1])
        default:
            faults.append(field.fault("expected [\"on\", x, y], [\"on-table\", x] or [\"clear\", x] of known blocks"))
            return nil
        }
    }

    func simulate(_ text: PlanText) throws(PlanFailure) -> PlanOutcome {
        let reader = BlockActionReader(blocks: Set(stacks.flatMap(\.self)))
        var state = State(stacks)
        var steps = 0
        for line in text.lines.flatMap(BlockActionReader.statements) {
            let action: BlockAction
            switch reader.read(line) {
            case .action(let read): action = read
            case .other where text.isExact: throw PlanFailure("\(line.shown(limit: 60)) is not a step")
            case .other: continue
            case .unreadable: throw PlanFailure("step \(steps + 1) cannot be read: \(line.shown(limit: 60))")
            }
            steps += 1
            guard action.isMove == hasMovesOnly else {
                throw PlanFailure(
                    "step \(steps), \(action): this world has \(hasMovesOnly ? "only moves" : "no moves")")
            }
            if let obstacle = state.perform(action) { throw PlanFailure("step \(steps), \(action): \(obstacle)") }
        }
        if steps == 0, !goal.allSatisfy(state.holds) { throw PlanFailure("no plan: the answer has no step") }
        for condition in goal where !state.holds(condition) {
            throw PlanFailure("after \(steps) steps \(condition) does not hold")
        }
        return PlanOutcome(Double(steps), "reaches the goal in \(steps) steps")
    }
}

extension BlocksWorld.Condition: CustomStringConvertible {
    var description: String {
        switch self {
        case .on(let upper, let lower): "\(upper) on \(lower)"
        case .onTable(let block): "\(block) on the table"
        case .clear(let block): "\(block) clear"
        }
    }
}

extension BlocksWorld {
    /// The places of all blocks at one moment.
    struct State {
        private enum Support: Hashable {
            case table, hand
            case block(String)
        }
        private var supports: [String: Support] = [:]

        init(_ stacks: [[String]]) {
            for stack in stacks {
                for (index, block) in stack.enumerated() {
                    supports[block] = index == 0 ? .table : .block(stack[index - 1])
                }
            }
        }

        private var held: String? { supports.first { $0.value == .hand }?.key }

        private func load(on block: String) -> String? { supports.first { $0.value == .block(block) }?.key }

        func holds(_ condition: Condition) -> Bool {
            switch condition {
            case .on(let upper, let lower): supports[upper] == .block(lower)
            case .onTable(let block): supports[block] == .table
            case .clear(let block): load(on: block) == nil && supports[block] != .hand
            }
        }

        /// Performs the step, or says why it cannot be done and changes nothing.
        mutating func perform(_ action: BlockAction) -> String? {
            switch action {
            case .pickUp(let block):
                if let obstacle = obstacle(toTaking: block) { return obstacle }
                guard supports[block] == .table else { return "\(block) is not on the table" }
                supports[block] = .hand
            case .unstack(let block, let lower):
                if let obstacle = obstacle(toTaking: block) { return obstacle }
                guard supports[block] == .block(lower) else { return "\(block) is not on \(lower)" }
                supports[block] = .hand
            case .putDown(let block):
                guard let held else { return "the hand is empty" }
                guard block == nil || block == held else { return "the hand holds \(held)" }
                supports[held] = .table
            case .stack(let block, let lower):
                guard held == block else { return held.map { "the hand holds \($0)" } ?? "the hand is empty" }
                if let obstacle = obstacle(toPlacing: block, on: lower) { return obstacle }
                supports[block] = .block(lower)
            case .move(let block, let lower):
                if let load = load(on: block) { return "\(load) is on \(block)" }
                if let lower, let obstacle = obstacle(toPlacing: block, on: lower) { return obstacle }
                supports[block] = lower.map(Support.block) ?? .table
            }
            return nil
        }

        private func obstacle(toTaking block: String) -> String? {
            if let held { return "the hand holds \(held)" }
            return load(on: block).map { "\($0) is on \(block)" }
        }

        private func obstacle(toPlacing block: String, on lower: String) -> String? {
            if block == lower { return "a block cannot be on itself" }
            if let load = load(on: lower), load != block { return "\(load) is on \(lower)" }
            return nil
        }
    }
}
