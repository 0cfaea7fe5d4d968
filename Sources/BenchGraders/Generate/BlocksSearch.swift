/// A search for the fewest moves between two arrangements of blocks, breadth first by A*.
///
/// A block whose whole support is as the goal has it stays; any other moves to its place as soon as that is ready, which never
/// costs a move, or to the table (Slaney and Thiébaux, 2001).
struct BlocksSearch {
    struct Move: Hashable {
        let block: Int
        /// `nil`: the table.
        let target: Int?
    }

    private let goal: [[Int]]
    private let goalBelow: [Int: Int]

    init(goal: [[Int]]) {
        self.goal = BlocksSearch.canonical(goal)
        goalBelow = BlocksSearch.below(goal)
    }

    /// Blocks 0 to `count` - 1 in random piles.
    static func piles(of count: Int, _ draw: inout Draw) -> [[Int]] {
        var piles: [[Int]] = []
        for block in draw.shuffled(Array(0..<count)) {
            if piles.isEmpty || draw.chance(3) {
                piles.append([block])
            } else {
                piles[draw.int(0...(piles.count - 1))].append(block)
            }
        }
        return piles
    }

    static func canonical(_ piles: [[Int]]) -> [[Int]] {
        piles.filter { !$0.isEmpty }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func below(_ piles: [[Int]]) -> [Int: Int] {
        var below: [Int: Int] = [:]
        for pile in piles { for (lower, upper) in zip(pile, pile.dropFirst()) { below[upper] = lower } }
        return below
    }

    /// A shortest list of moves.
    func moves(from start: [[Int]]) -> [Move] {
        let start = BlocksSearch.canonical(start)
        var origins: [[[Int]]: (state: [[Int]], move: Move)] = [:]
        var costs = [start: 0]
        // By the cost so far and what is left at least; a step raises the sum by one at most.
        var buckets = [Int: [[[Int]]]]()
        var total = unsettled(start)
        buckets[total] = [start]
        while let open = buckets[total] {
            var index = 0
            var states = open
            while index < states.count {
                let state = states[index]
                index += 1
                guard let cost = costs[state], cost + unsettled(state) == total else { continue }
                if state == goal { return BlocksSearch.path(to: state, origins) }
                for move in successors(of: state) {
                    guard let next = BlocksSearch.apply(move, to: state), costs[next].map({ cost + 1 < $0 }) ?? true
                    else { continue }
                    costs[next] = cost + 1
                    origins[next] = (state, move)
                    let sum = cost + 1 + unsettled(next)
                    if sum == total { states.append(next) } else { buckets[sum, default: []].append(next) }
                }
            }
            buckets[total] = nil
            total = buckets.keys.min() ?? total
        }
        return []
    }

    private static func path(to state: [[Int]], _ origins: [[[Int]]: (state: [[Int]], move: Move)]) -> [Move] {
        var moves: [Move] = []
        var state = state
        while let origin = origins[state] {
            moves.append(origin.move)
            state = origin.state
        }
        return moves.reversed()
    }

    /// The number of a pile's blocks that stand, from the bottom, as in the goal.
    private func settled(_ pile: [Int]) -> Int {
        pile.indices.prefix { index in goalBelow[pile[index]] == (index == 0 ? nil : pile[index - 1]) }.count
    }

    private func unsettled(_ state: [[Int]]) -> Int { state.reduce(0) { $0 + $1.count - settled($1) } }

    private func successors(of state: [[Int]]) -> [Move] {
        var ready: Set<Int> = []
        for pile in state where settled(pile) == pile.count {
            if let top = pile.last { ready.insert(top) }
        }
        var moves: [Move] = []
        for pile in state where settled(pile) < pile.count {
            guard let block = pile.last else { continue }
            if let target = goalBelow[block] {
                if ready.contains(target) { return [Move(block: block, target: target)] }
            } else if pile.count > 1 {
                return [Move(block: block, target: nil)]
            }
            if pile.count > 1 { moves.append(Move(block: block, target: nil)) }
        }
        return moves
    }

    /// The arrangement after a move; `nil` where the move cannot be done.
    static func apply(_ move: Move, to state: [[Int]]) -> [[Int]]? {
        guard let from = state.firstIndex(where: { $0.last == move.block }) else { return nil }
        var next = state
        next[from].removeLast()
        if let target = move.target {
            guard let pile = next.firstIndex(where: { $0.last == target }) else { return nil }
            next[pile].append(move.block)
        } else {
            next.append([move.block])
        }
        return canonical(next)
    }

    /// The plan that puts all on the table, then builds pile by pile: it always works, and is seldom the shortest.
    static func detour(_ start: [[Int]], _ goal: [[Int]]) -> [Move] {
        start.flatMap { $0.dropFirst().reversed().map { Move(block: $0, target: nil) } }
            + goal.flatMap { pile in zip(pile, pile.dropFirst()).map { Move(block: $1, target: $0) } }
    }

    /// The index of the first move that cannot be done.
    static func firstFault(in moves: [Move], from start: [[Int]]) -> Int? {
        var state = canonical(start)
        for (index, move) in moves.enumerated() {
            guard let next = apply(move, to: state) else { return index }
            state = next
        }
        return nil
    }

    static func result(of moves: [Move], from start: [[Int]]) -> [[Int]]? {
        moves.reduce(canonical(start)) { state, move in state.flatMap { apply(move, to: $0) } }
    }
}
