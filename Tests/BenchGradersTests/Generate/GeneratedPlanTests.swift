import LLMCore
import Testing

@testable import BenchGraders

/// Small cases, solved again by trying everything: from the assertion alone, with no code of the solvers or the grader.
@Suite("Generated plans against brute force", .timeLimit(.minutes(5)))
struct GeneratedPlanTests {
    private static func permutations<Item>(_ items: [Item]) -> [[Item]] {
        guard items.count > 1 else { return [items] }
        return items.indices.flatMap { index in
            var rest = items
            let item = rest.remove(at: index)
            return permutations(rest).map { [item] + $0 }
        }
    }

    @Test("no schedule ends earlier")
    func schedules() throws {
        for fixture in DraftFixture.hundred(ScheduleGenerator.self, levels: 1...1) {
            let tasks = try #require(fixture.assertion["tasks"]?.object?.members)
            let durations = tasks.map { $0.value["duration"]?.int ?? 0 }
            let index = Dictionary(uniqueKeysWithValues: tasks.enumerated().map { ($1.key, $0) })
            let after = tasks.map { ($0.value["after"]?.array ?? []).compactMap { $0.string.flatMap { index[$0] } } }
            let machines = tasks.map { $0.value["resource"]?.string }
            let horizon = durations.reduce(0, +)
            var best = Int.max
            for code in 0..<((horizon + 1) * (horizon + 1) * (horizon + 1)) {
                let starts = [
                    code % (horizon + 1), code / (horizon + 1) % (horizon + 1), code / (horizon + 1) / (horizon + 1),
                ]
                let ends = zip(starts, durations).map { $0 + $1 }
                let isFeasible = tasks.indices.allSatisfy { task in
                    after[task].allSatisfy { ends[$0] <= starts[task] }
                        && tasks.indices.allSatisfy { other in
                            other == task || machines[task] == nil || machines[task] != machines[other]
                                || ends[task] <= starts[other] || ends[other] <= starts[task]
                        }
                }
                if isFeasible { best = min(best, ends.max() ?? 0) }
            }
            #expect(fixture.assertion["optimal"]?.int == best, "\(fixture.prompt)")
        }
    }

    @Test("no plan in the blocks world has fewer steps")
    func blocks() throws {
        for fixture in DraftFixture.hundred(BlocksGenerator.self, levels: 1...2) {
            let stacks = (fixture.assertion["init"]?.array ?? []).map { ($0.array ?? []).compactMap(\.string) }
            let conditions = (fixture.assertion["goal"]?.array ?? []).map { ($0.array ?? []).compactMap(\.string) }
            let steps = try #require(
                Self.fewestSteps(stacks, conditions, usesHand: fixture.assertion["moves"] == nil))
            #expect(fixture.assertion["optimal"]?.int == steps, "\(fixture.prompt)")
        }
    }

    /// Each block's support: a block, "table" or "hand". Breadth first over all states.
    private static func fewestSteps(_ stacks: [[String]], _ goal: [[String]], usesHand: Bool) -> Int? {
        var start: [String: String] = [:]
        for stack in stacks {
            for (index, block) in stack.enumerated() { start[block] = index == 0 ? "table" : stack[index - 1] }
        }
        let isDone = { (state: [String: String]) in
            goal.allSatisfy { $0[0] == "on" ? state[$0[1]] == $0[2] : state[$0[1]] == "table" }
        }
        var (seen, level, steps) = (Set([start]), [start], 0)
        while !level.isEmpty {
            if level.contains(where: isDone) { return steps }
            var next: [[String: String]] = []
            for state in level {
                let covered = Set(state.values)
                let clear = state.keys.filter { !covered.contains($0) && state[$0] != "hand" }
                let held = state.first { $0.value == "hand" }?.key
                let taken = held.map { [$0] } ?? clear
                for block in taken {
                    let targets =
                        usesHand && held == nil ? ["hand"] : ["table"] + clear.filter { $0 != block }
                    for target in targets {
                        var other = state
                        other[block] = target
                        if seen.insert(other).inserted { next.append(other) }
                    }
                }
            }
            (level, steps) = (next, steps + 1)
        }
        return nil
    }

    @Test("no route is shorter")
    func routes() throws {
        for fixture in DraftFixture.hundred(RouteGenerator.self, levels: 1...2) {
            let roads = (fixture.assertion["roads"]?.array ?? []).map {
                ($0[0]?.string ?? "", $0[1]?.string ?? "", $0[2]?.int ?? 0)
            }
            let van = fixture.assertion["trucks"]?["van"]
            let start =
                [van?["at"]?.string ?? ""]
                + (fixture.assertion["packages"]?.object?.map { $0.value["at"]?.string ?? "" } ?? [])
            let goal = fixture.assertion["goal"]?.object?.compactMap(\.value.string) ?? []
            let capacity = van?["capacity"]?.int ?? 0
            // Distances to all states are lowered until nothing changes (Bellman and Ford).
            var distances = [start: 0]
            var changed = true
            while changed {
                changed = false
                for (state, distance) in distances {
                    var next = roads.flatMap { road in
                        road.0 == state[0]
                            ? [([road.1] + state.dropFirst(), road.2)]
                            : road.1 == state[0] ? [([road.0] + state.dropFirst(), road.2)] : []
                    }
                    for parcel in state.indices.dropFirst() {
                        var other = state
                        if state[parcel] == "van" {
                            other[parcel] = state[0]
                        } else if state[parcel] == state[0], state.count(where: { $0 == "van" }) < capacity {
                            other[parcel] = "van"
                        } else {
                            continue
                        }
                        next.append((other, 0))
                    }
                    for (other, length) in next where distance + length < distances[other] ?? .max {
                        distances[other] = distance + length
                        changed = true
                    }
                }
            }
            let best = distances.filter { Array($0.key.dropFirst()) == goal }.map(\.value).min()
            #expect(fixture.assertion["optimal"]?.int == best, "\(fixture.prompt)")
        }
    }

    @Test("the order is one of those that keep all rules, and the nearly right ones are not")
    func orders() throws {
        for fixture in DraftFixture.hundred(OrderGenerator.self, levels: 1...2) {
            let assertion = fixture.assertion
            let items = (assertion["items"]?.array ?? []).compactMap(\.string)
            let pairs = { (key: String) in
                (assertion[key]?.array ?? []).map { ($0[0]?.string ?? "", $0[1]?.string ?? "") }
            }
            let right = Self.permutations(items).filter { order in
                let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
                let gap = { (pair: (String, String)) in ((place[pair.0] ?? 0) - (place[pair.1] ?? 0)).magnitude }
                return pairs("before").allSatisfy { (place[$0.0] ?? 0) < (place[$0.1] ?? 0) }
                    && pairs("adjacent").allSatisfy { gap($0) == 1 } && pairs("not_adjacent").allSatisfy { gap($0) > 1 }
                    && (assertion["position"]?.object ?? [:]).allSatisfy { (place[$0.key] ?? 0) + 1 == $0.value.int }
            }
            let texts = Set(right.map { JSONValue.array($0.map(JSONValue.string)).text })
            #expect(texts.contains(fixture.draft.reference), "\(fixture.prompt)")
            #expect(texts.isDisjoint(with: fixture.draft.badAnswers))
        }
    }

    @Test("no choice is worth more")
    func budgets() throws {
        for fixture in DraftFixture.hundred(BudgetGenerator.self, levels: 1...3) {
            let items = try #require(fixture.assertion["items"]?.object?.members)
            let names = items.map(\.key)
            let budget = fixture.assertion["budget"]?.int ?? 0
            let values = (0..<(1 << items.count)).compactMap { code -> Int? in
                let chosen = items.indices.filter { code >> $0 & 1 == 1 }
                let set = Set(chosen.map { names[$0] })
                let sum = { (key: String) in chosen.reduce(0) { $0 + (items[$1].value[key]?.int ?? 0) } }
                let listed = { (index: Int, key: String) in
                    Set((items[index].value[key]?.array ?? []).compactMap(\.string))
                }
                guard sum("cost") <= budget,
                    chosen.allSatisfy({
                        set.isSuperset(of: listed($0, "needs")) && set.isDisjoint(with: listed($0, "excludes"))
                    })
                else { return nil }
                return sum("value")
            }
            #expect(fixture.assertion["optimal"]?.int == values.max(), "\(fixture.prompt)")
        }
    }

    @Test("the first step that cannot be done is where the grader's simulation stops")
    func planChecks() throws {
        for fixture in DraftFixture.hundred(PlanCheckGenerator.self, levels: 1...3) {
            let lines = fixture.prompt.split(separator: "\n").map(String.init)
            let piles = { (line: String) in
                line.matches(of: /\[([^\]]*)\]/).map {
                    $0.output.1.replacing(" ", with: "").split(separator: ",").map(String.init)
                }
            }
            let goal = piles(lines[1]).flatMap { pile in
                zip(pile, pile.dropFirst()).map { ["on", $1, $0] } + [["on-table", pile[0]]]
            }
            let json = { (texts: [[String]]) in JSONValue.array(texts.map { .array($0.map(JSONValue.string)) }) }
            let problem = try PlanProblem([
                "world": "blocks", "moves": true, "init": json(piles(lines[0])), "goal": json(goal),
            ])
            let steps = lines.filter { $0.firstMatch(of: /^\d+\.\s/) != nil }.joined(separator: "\n")
            switch problem.judge(steps) {
            case .holds: fixture.expect(0)
            case .fails(let reason):
                let step = try #require(reason.firstMatch(of: /^step (\d+)/), "\(reason)\n\(fixture.prompt)")
                fixture.expect(try #require(Int(step.output.1)))
            }
        }
    }
}
