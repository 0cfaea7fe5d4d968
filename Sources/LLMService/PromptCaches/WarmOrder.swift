import LLMCore

/// An order of a plan's candidates that weighs where the conversation's prompt is warm.
///
/// A candidate goes before those planned ahead of it only where its prompt is warm, its turns cost less, and both may take each other's place
/// (``Candidate/isInterchangeable``): so a conversation stays where a fallback took it while that is cheaper, returns once it is not, and no
/// requested, pinned or measured choice is ever broken for money. Without a warm prompt, or with a price unknown, the plan stands.
enum WarmOrder {
    /// A candidate's standing.
    struct Standing: Sendable, Hashable {
        var isWarm: Bool
        /// Of the turns to come; `nil` unknown.
        var cost: USD?

        init(isWarm: Bool, cost: USD? = nil) {
            self.isWarm = isWarm
            self.cost = cost
        }
    }

    /// A candidate that was put before another.
    struct Move: Sendable, Hashable {
        var index: Int
        /// The one that was planned in its place.
        var planned: Int
    }

    /// - Parameter standings: By the candidates' places in the plan.
    /// - Returns: The new order, and the candidates that were moved ahead.
    static func order(_ candidates: [Candidate], _ standings: [Standing]) -> (order: [Int], moves: [Move]) {
        var rest = groups(of: candidates)
        var order: [Int] = []
        var moves: [Move] = []
        while let head = rest.first {
            let place = cheaper(than: head, among: rest, candidates, standings) ?? 0
            let group = rest.remove(at: place)
            if place > 0, let index = cheapest(of: group, standings), let planned = head.first {
                moves.append(Move(index: index, planned: planned))
            }
            order += group
        }
        return (order, moves)
    }

    /// Equals stay together.
    private static func groups(of candidates: [Candidate]) -> [[Int]] {
        candidates.indices.reduce(into: [[Int]]()) { groups, index in
            let place = candidates[index].place
            let own = place == nil ? nil : groups.firstIndex { $0.contains { candidates[$0].place == place } }
            if let own { groups[own].append(index) } else { groups.append([index]) }
        }
    }

    private static func cheaper(
        than head: [Int], among groups: [[Int]], _ candidates: [Candidate], _ standings: [Standing]
    ) -> Int? {
        guard head.allSatisfy({ candidates[$0].isInterchangeable }),
            let own = cheapest(of: head, standings).flatMap({ standings[$0].cost })
        else { return nil }
        var best: (place: Int, cost: USD)?
        for (place, group) in groups.enumerated().dropFirst() {
            guard group.allSatisfy({ candidates[$0].isInterchangeable }),
                group.contains(where: { standings[$0].isWarm }),
                let cost = cheapest(of: group, standings).flatMap({ standings[$0].cost }),
                cost < best?.cost ?? own
            else { continue }
            best = (place, cost)
        }
        return best?.place
    }

    private static func cheapest(of group: [Int], _ standings: [Standing]) -> Int? {
        group.filter { standings[$0].cost != nil }.min {
            (standings[$0].cost ?? .zero) < (standings[$1].cost ?? .zero)
        }
    }

    /// Returns `true` where a candidate may race another that is slow to answer, by the rule of ``order(_:_:)`` for this turn alone: what is cold does
    /// not stand in for what is warm where it costs more. With a price unknown, or the other one cold as well, it may.
    ///
    /// - Parameters:
    ///   - standing: With the cost of this turn.
    ///   - slow: That of the one that is slow, too.
    static func mayRace(_ standing: Standing, beside slow: Standing) -> Bool {
        guard slow.isWarm, !standing.isWarm, let cost = standing.cost, let warm = slow.cost else { return true }
        return cost <= warm
    }

    /// Among equals, the one that is warm and not dearer than any other; `nil` where the prompt is warm at none, or a cold one is cheaper all
    /// the same.
    static func pick(_ equals: [Int], _ standings: [Standing]) -> Int? {
        let warm = equals.filter { standings[$0].isWarm }
        guard let best = cheapest(of: warm, standings) ?? warm.first else { return nil }
        guard let cost = standings[best].cost else { return best }
        return equals.contains { (standings[$0].cost ?? cost) < cost } ? nil : best
    }
}
