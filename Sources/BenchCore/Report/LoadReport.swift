public import LLMCore

/// The load of a run and how its models bore it: the phases, and the highest rate at which the objective holds.
public struct LoadReport: Sendable {
    public var model: LoadModel
    /// `nil`: none was set.
    public var objective: ServiceObjective?
    /// In the order in which they ran; in a closed loop one for each model.
    public var phases: [Phase]
    /// One for each model; empty without an objective or rates.
    var capacities: [(arm: ArmID, capacity: RateCapacity)]

    /// One model at one rate.
    public struct Phase: Sendable {
        public var arm: ArmID
        /// Calls a second that were asked for; `nil` in a closed loop and in a replay.
        public var rate: Double?
        /// Calls of the plan.
        public var planned: Int
        /// Trials whose end was not the harness's own doing.
        public var attempted: Int
        public var good: Int
        /// Provider failures.
        public var failed: Int
        /// Calls that waited for a place among those in flight, or for the harness, more than ``waitLimit``.
        public var queued: Int
        /// Of the trials attempted, those that are good.
        public var attainment: Figure
        /// Calls due a second; `nil` below two, and where the phase was interrupted.
        public var offered: Double?
        /// Whole answers a second, from the first call due to the last end.
        public var achieved: Double?
        /// Good answers a second, over the same time.
        public var goodput: Double?
        public var respP50: Figure
        public var respP95: Figure
        /// The run stopped within it and went on later.
        public var isInterrupted: Bool

        /// Milliseconds in the queue from which on a call counts as queued.
        static let waitLimit = 10.0

        /// Calls of the plan that were never made.
        public var unsent: Int { max(0, planned - attempted) }
    }
}

extension LoadReport {
    /// The highest rate of a model at which the objective holds, with its interval; `nil` where none can be told.
    public func capacity(of arm: ArmID) -> (value: Double?, low: Double?, high: Double?)? {
        guard let capacity = capacities.first(where: { $0.arm == arm })?.capacity else { return nil }
        return (capacity.rate, capacity.low, capacity.high)
    }

    /// The same in words: `up to 14.2/s [12.1, 16]`, `at every rate tried (≥ 32/s)`, `at none (< 1/s)`.
    public func capacityText(of arm: ArmID) -> String? {
        capacities.first { $0.arm == arm }?.capacity.text
    }

    /// One line a model: `openai/x  holds 95 % within ttft 500 ms up to 14.2/s [12.1, 16]`; without rates the share of good answers.
    public var lines: [String] {
        guard let objective else { return [] }
        guard capacities.isEmpty else {
            return capacities.map { "\($0.arm)  holds \(objective.text) \($0.capacity.text)" }
        }
        return phases.filter { $0.attempted > 0 }.map { phase in
            let share = NumberText.percent(phase.attainment.value ?? 0, 1)
            return "\(phase.arm)  \(share) within \(objective.limitsText), \(phase.good) of \(phase.attempted)"
        }
    }
}

extension RateCapacity {
    /// `nil` at the edges of what was tried.
    var rate: Double? {
        if case .upTo(let rate) = finding { rate } else { nil }
    }
}
