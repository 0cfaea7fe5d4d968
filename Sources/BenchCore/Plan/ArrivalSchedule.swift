import LLMCore

/// The instants at which the items of a plan are to be sent under an open load, phase by phase, each from the start of its phase.
///
/// A plan of which part is done has a schedule that starts anew: its gaps are of the same process.
package struct ArrivalSchedule: Sendable, Hashable {
    /// One call with its instant.
    package struct Arrival: Sendable, Hashable {
        package let item: RunPlan.Item
        package let due: Duration
    }

    /// In the order of the plan's phases, those that are empty left out; each ascends.
    package let phases: [[Arrival]]

    package init(of plan: RunPlan) {
        var items: [[RunPlan.Item]] = Array(repeating: [], count: plan.phases.count)
        for item in plan.items where items.indices.contains(item.phase) { items[item.phase].append(item) }
        phases = zip(plan.phases, items).compactMap { phase, items in
            items.isEmpty ? nil : ArrivalSchedule.arrivals(of: items, in: phase, plan)
        }
    }

    /// Of all phases, were every answer there at once.
    package var length: Duration { phases.reduce(.zero) { $0 + ($1.last?.due ?? .zero) } }

    private static func arrivals(of items: [RunPlan.Item], in phase: RunPlan.Phase, _ plan: RunPlan) -> [Arrival] {
        let instants: [Double] =
            switch (plan.load, phase.rate) {
            case (.constant, let rate?): items.indices.map { Double($0) / rate }
            case (.poisson, let rate?): poisson(items.count, rate: rate, seed: plan.seed, step: phase.step)
            default: recorded(items.map { plan.cases[$0.caseIndex].at ?? 0 })
            }
        return zip(items, instants).map { item, seconds in
            Arrival(item: item, due: .nanoseconds(Int64((seconds * 1e9).rounded())))
        }
    }

    /// Exponential gaps as they fall: neither their sum nor their number in a while is fixed, so bursts are as they are.
    /// All arms meet the same ones at a rate.
    private static func poisson(_ count: Int, rate: Double, seed: UInt64, step: Int) -> [Double] {
        var random = SeededGenerator(seed: seed ^ (UInt64(step + 1) &* 0xD1B5_4A32_D192_ED03))
        var time = 0.0
        return (0..<count).map { _ in
            time -= Portable.ln(random.unit()) / rate
            return time
        }
    }

    /// Milliseconds as recorded, to seconds from the first.
    private static func recorded(_ times: [Double]) -> [Double] {
        let start = times.first ?? 0
        return times.map { max(0, $0 - start) / 1_000 }
    }
}
