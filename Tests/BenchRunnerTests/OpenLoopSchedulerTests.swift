import BenchCore
import LLMCore
import Testing

@testable import BenchRunner

@Suite("The schedule of an open loop", .timeLimit(.minutes(2)))
struct OpenLoopSchedulerTests {
    private static let arms = ["openai/a", "local/b"].compactMap { ModelID($0) }
        .map { Arm(model: $0, endpoint: "test", simulated: true) }

    private func plan(_ load: LoadModel, cases: Int, arms: Int = 1) -> RunPlan {
        let rows = (0..<cases).map {
            BenchCase(id: "c\($0)", task: .general, messages: [.user("q\($0)")], hash: "h\($0)")
        }
        return RunPlan(cases: rows, arms: Array(Self.arms.prefix(arms)), repeats: 1, seed: 7, load: load)
    }

    @Test("items are let go a lead before they are due, whether or not earlier ones are answered")
    func arrivals() {
        var schedule = OpenLoopScheduler(plan: plan(.constant(RateSweep(10)), cases: 5), most: { _ in 100 })
        let lead = OpenLoopScheduler.usualLead
        var departures = schedule.next(after: .started, at: .zero)
        while let wake = schedule.wakeUp {
            #expect(schedule.next(after: .due, at: wake - .milliseconds(1)).isEmpty)
            departures += schedule.next(after: .due, at: wake)
        }
        #expect(departures.compactMap(\.due) == (0..<5).map { lead + .milliseconds(100 * $0) })
        #expect(departures.allSatisfy { !$0.isHeld } && schedule.inFlight == 5 && !schedule.isFinished)
        for departure in departures { _ = schedule.next(after: .answered(departure.item), at: .seconds(9)) }
        #expect(schedule.isFinished)
    }

    @Test("the most in flight hold an item back: it keeps the instant at which it was due, and is marked")
    func cap() throws {
        var schedule = OpenLoopScheduler(plan: plan(.constant(RateSweep(10)), cases: 4), most: { _ in 2 })
        let first = schedule.next(after: .started, at: .zero) + schedule.next(after: .due, at: .milliseconds(100))
        #expect(first.count == 2 && schedule.wakeUp == nil)
        #expect(schedule.next(after: .due, at: .seconds(1)).isEmpty)
        let held = schedule.next(after: .answered(first[0].item), at: .seconds(2))
        #expect(held.count == 1 && held[0].isHeld && held[0].due == .milliseconds(300))
        let last = schedule.next(after: .failed(first[1].item), at: .seconds(3))
        #expect(last.map(\.due) == [.milliseconds(400)] && schedule.wakeUp == nil)
    }

    @Test("a phase begins when the last answer of the one before is there, and no arm loads another")
    func phases() throws {
        let plan = plan(.constant(RateSweep(10, to: 20, steps: 2)), cases: 3, arms: 2)
        var schedule = OpenLoopScheduler(plan: plan, most: { _ in 100 })
        var now = Duration.zero
        var seen: [RunPlan.Item] = []
        var open = schedule.next(after: .started, at: now)
        while !schedule.isFinished {
            while let wake = schedule.wakeUp {
                now = max(now, wake)
                open += schedule.next(after: .due, at: now)
            }
            #expect(Set(open.map(\.item.phase)).count == 1 && open.count == 3)
            seen += open.map(\.item)
            let answered = open
            open = []
            now += .seconds(5)
            for departure in answered {
                #expect(open.isEmpty)
                open += schedule.next(after: .answered(departure.item), at: now)
            }
            if let first = open.first { #expect(first.due == now + OpenLoopScheduler.usualLead) }
        }
        #expect(seen.map(\.ordinal) == plan.items.map(\.ordinal))
    }

    @Test("a stopped schedule lets nothing go and finishes with what is in flight")
    func stopping() {
        var schedule = OpenLoopScheduler(plan: plan(.poisson(RateSweep(1_000)), cases: 50), most: { _ in 100 })
        let running =
            schedule.next(after: .started, at: .zero) + schedule.next(after: .due, at: .milliseconds(20))
        #expect(!running.isEmpty && running.count < 50)
        schedule.stop()
        #expect(schedule.wakeUp == nil && !schedule.isFinished)
        for departure in running {
            #expect(schedule.next(after: .failed(departure.item), at: .seconds(9)).isEmpty)
        }
        #expect(schedule.isFinished)
    }

    @Test("the same seed lets the same items go at the same instants")
    func seeded() {
        func departures() -> [Departure] {
            var schedule = OpenLoopScheduler(plan: plan(.poisson(RateSweep(5)), cases: 30), most: { _ in 100 })
            var departures = schedule.next(after: .started, at: .zero)
            while let wake = schedule.wakeUp { departures += schedule.next(after: .due, at: wake) }
            return departures
        }
        #expect(departures() == departures() && departures().count == 30)
    }

    @Test("a plan of which nothing is left is finished at once")
    func empty() {
        var schedule = OpenLoopScheduler(
            plan: plan(.constant(RateSweep(1)), cases: 2).keeping { _ in false }, most: { _ in 1 })
        #expect(schedule.next(after: .started, at: .zero).isEmpty && schedule.isFinished && schedule.wakeUp == nil)
    }
}
