import LLMCore
import Testing

@testable import BenchCore

@Suite("The schedule of arrivals", .timeLimit(.minutes(1)))
struct ArrivalScheduleTests {
    private static let arms = ["openai/a", "openai/b"].compactMap { ModelID($0) }
        .map { Arm(model: $0, endpoint: "test", simulated: true) }

    private func plan(_ load: LoadModel, cases: Int = 20, repeats: Int = 1, seed: UInt64 = 7) -> RunPlan {
        let rows = (0..<cases).map {
            BenchCase(
                id: "c\($0)", task: .general, messages: [.user("q")], at: Double($0 * $0) * 10 + 5, hash: "h\($0)")
        }
        return RunPlan(cases: rows, arms: Self.arms, repeats: repeats, seed: seed, load: load)
    }

    @Test("a phase is one arm at one rate with every case, and no two calls share case, arm and repetition")
    func phases() {
        let plan = plan(.poisson(RateSweep(1, to: 8, steps: 4)), repeats: 2)
        #expect(plan.phases.count == 2 * 4 && plan.items.count == 2 * 4 * 20 * 2)
        #expect(plan.phases.compactMap(\.rate) == plan.phases.compactMap(\.rate).sorted())
        for (place, items) in Dictionary(grouping: plan.items, by: \.phase) {
            #expect(Set(items.map(\.armIndex)) == [plan.phases[place].armIndex] && items.count == 40)
        }
        #expect(Set(plan.items.map { [$0.caseIndex, $0.armIndex, $0.repetition] }).count == plan.items.count)
        #expect(plan.items.map(\.ordinal) == Array(0..<plan.items.count))
    }

    @Test("constant arrivals are the rate's distance apart")
    func constant() throws {
        let phase = try #require(ArrivalSchedule(of: plan(.constant(RateSweep(4)))).phases.first)
        #expect(phase.map(\.due) == (0..<20).map { .milliseconds(250 * $0) })
    }

    @Test("Poisson arrivals have exponential gaps whose sum is not fixed, alike for all arms at a rate")
    func poisson() throws {
        let schedule = ArrivalSchedule(of: plan(.poisson(RateSweep(10)), cases: 4_000))
        #expect(schedule.phases.count == 2)
        #expect(schedule.phases[0].map(\.due) == schedule.phases[1].map(\.due))
        let times = schedule.phases[0].map { $0.due.milliseconds / 1_000 }
        let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
        let mean = try #require(Statistics.mean(gaps))
        let deviation = try #require(Statistics.variance(gaps)).squareRoot()
        #expect(abs(mean - 0.1) < 0.006 && abs(deviation - 0.1) < 0.012)
        // A share 1/e of exponential gaps exceed their mean.
        #expect(abs(Double(gaps.count { $0 > 0.1 }) / Double(gaps.count) - 0.368) < 0.03)
        #expect(times.last != 400, "normalised to n over the rate")
        // The counts of a second vary as their mean: bursts are as they are.
        let counts = Dictionary(grouping: times.filter { $0 < 380 }) { Int($0) }.values.map { Double($0.count) }
        let spread = try #require(Statistics.variance(counts)) / (try #require(Statistics.mean(counts)))
        #expect(spread > 0.7 && spread < 1.35)
    }

    @Test("the same seed gives the same schedule, another seed another")
    func seeds() {
        let load = LoadModel.poisson(RateSweep(1, to: 8, steps: 3))
        #expect(ArrivalSchedule(of: plan(load)) == ArrivalSchedule(of: plan(load)))
        #expect(ArrivalSchedule(of: plan(load)) != ArrivalSchedule(of: plan(load, seed: 8)))
    }

    @Test("a replay keeps the recorded distances, in their order")
    func replay() throws {
        let phase = try #require(ArrivalSchedule(of: plan(.replay, cases: 5)).phases.first)
        #expect(phase.map(\.item.caseIndex) == [0, 1, 2, 3, 4])
        #expect(phase.map(\.due) == [0, 10, 40, 90, 160].map { .milliseconds($0) })
    }

    @Test("what is left of a plan has a schedule that starts anew")
    func rest() throws {
        let whole = plan(.constant(RateSweep(4)))
        let rest = whole.keeping { $0.ordinal >= 30 }
        let schedule = ArrivalSchedule(of: rest)
        #expect(schedule.phases.count == 1)
        #expect(schedule.phases[0].map(\.item.ordinal) == Array(30..<40))
        #expect(schedule.phases[0].first?.due == .zero)
        #expect(schedule.length == .milliseconds(250 * 9))
    }

    @Test("a plan's time is its schedule's, and its calls are of all rates")
    func estimate() {
        let plan = plan(.constant(RateSweep(1, to: 4, steps: 3)))
        let estimate = CostEstimate(of: plan, prices: .builtIn, at: 0)
        let length = ArrivalSchedule(of: plan).length.milliseconds / 1_000
        #expect(estimate.calls == 2 * 3 * 20)
        #expect(estimate.seconds.low > length && estimate.seconds.likely < length + 6 * 60)
    }
}
