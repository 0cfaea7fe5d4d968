import BenchCore
import LLMCore
import Testing

@testable import BenchRunner

@Suite("The schedule of a closed loop", .timeLimit(.minutes(2)))
struct ClosedLoopSchedulerTests {
    private let arms = ["gemini/a", "gemini/b", "local/c"].compactMap { ModelID($0) }
        .map { Arm(model: $0, endpoint: "test", simulated: true) }
    private func plan(cases: Int, repeats: Int = 1, seed: UInt64 = 7) -> RunPlan {
        let rows = (0..<cases).map {
            BenchCase(id: "c\($0)", task: .general, messages: [.user("q\($0)")], hash: "h\($0)")
        }
        return RunPlan(cases: rows, arms: arms, repeats: repeats, seed: seed)
    }

    @Test("never has more calls in flight at a provider than its permits, and reaches every item once")
    func permits() {
        let plan = plan(cases: 20, repeats: 2)
        var schedule = ClosedLoopScheduler(plan: plan, concurrency: { $0 == .local ? 1 : 3 }, window: 100)
        var running = schedule.next(after: .started)
        var seen = Set<Int>()
        var random = SeededGenerator(seed: 1)
        while !schedule.isFinished {
            #expect(running.count { plan.arms[$0.armIndex].model.provider == .local } <= 1)
            #expect(running.count { plan.arms[$0.armIndex].model.provider == "gemini" } <= 3)
            let item = running.remove(at: Int.random(in: 0..<running.count, using: &random))
            seen.insert(item.ordinal)
            running += schedule.next(after: .answered(item))
        }
        #expect(seen.count == 20 * 2 * 3)
    }

    @Test("holds a fast provider within the window of the slowest")
    func window() {
        let plan = plan(cases: 50)
        var schedule = ClosedLoopScheduler(plan: plan, concurrency: { _ in 1 }, window: 4)
        var stuck: [RunPlan.Item] = []
        var furthest = 0
        var started = schedule.next(after: .started)
        while let item = started.popLast() {
            if plan.arms[item.armIndex].model.provider == .local {
                stuck.append(item)
            } else {
                furthest = max(furthest, item.block)
                started += schedule.next(after: .answered(item))
            }
        }
        #expect(stuck.count == 1)
        #expect(furthest <= (stuck.first?.block ?? 0) + 3)
        #expect(!schedule.isFinished)
    }

    @Test("a stopped schedule starts nothing and finishes with what is in flight")
    func stopping() {
        var schedule = ClosedLoopScheduler(plan: plan(cases: 5), concurrency: { _ in 2 }, window: 10)
        let running = schedule.next(after: .started)
        schedule.stop()
        #expect(!schedule.isFinished)
        for item in running { #expect(schedule.next(after: .failed(item)).isEmpty) }
        #expect(schedule.isFinished)
    }

    @Test("the same seed gives the same order, another seed another, and every block holds each arm once")
    func blocks() {
        let first = plan(cases: 30, repeats: 2)
        #expect(first.items == plan(cases: 30, repeats: 2).items)
        #expect(first.items != plan(cases: 30, repeats: 2, seed: 8).items)
        for block in Dictionary(grouping: first.items, by: \.block).values {
            #expect(Set(block.map(\.armIndex)) == [0, 1, 2])
            #expect(Set(block.map(\.caseIndex)).count == 1)
            #expect(block.map(\.ordinal).max().map { $0 - (block.map(\.ordinal).min() ?? 0) } == 2)
        }
    }

    @Test(
        "a glob of only or skip decides which models see a case",
        arguments: [
            (["gemini/*"], [], ["gemini/a", "gemini/b"]), ([], ["gemini/?"], ["local/c"]),
            ([], [], ["gemini/a", "gemini/b", "local/c"]),
            (["*/c", "gemini/a"], ["*/a"], ["local/c"]),
        ] as [([String], [String], [String])])
    func globs(only: [String], skip: [String], expected: [String]) {
        let row = BenchCase(id: "x", task: .general, messages: [.user("q")], only: only, skip: skip, hash: "h")
        let plan = RunPlan(cases: [row], arms: arms, repeats: 1, seed: 1)
        #expect(plan.items.map { plan.arms[$0.armIndex].model.description }.sorted() == expected)
    }
}
