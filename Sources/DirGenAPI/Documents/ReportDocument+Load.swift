public import BenchCore
public import LLMCore

extension ReportDocument {
    /// The load of a run: its phases, and the highest rate at which its service level objective holds.
    public struct Load: Document {
        /// For people.
        public var model: String
        /// Calls start by the clock.
        public var open: Bool
        /// Limits by column, and `share`; `nil`: there is none.
        public var objective: [String: Double]?
        public var phases: [Phase]
        /// One for each model; empty without an objective or rates.
        public var capacity: [Capacity]

        public init(_ load: LoadReport) {
            model = load.model.description
            open = load.model.isOpen
            objective = load.objective.map { objective in
                var members = ["share": objective.share]
                for (measure, limit) in objective.limits { members[measure.rawValue] = limit }
                return members
            }
            phases = load.phases.map(Phase.init)
            var arms: [ArmID] = []
            for phase in load.phases where !arms.contains(phase.arm) { arms.append(phase.arm) }
            capacity = arms.compactMap { arm in
                guard let found = load.capacity(of: arm), let text = load.capacityText(of: arm) else { return nil }
                return Capacity(
                    arm: arm, rate: Amount.ratio(found.value), low: Amount.ratio(found.low),
                    high: Amount.ratio(found.high), summary: text)
            }
        }

        private enum CodingKeys: String, CodingKey {
            case model, open
            case objective = "slo"
            case phases, capacity
        }
    }

    /// One model at one rate. Rates are per second.
    public struct Phase: Document {
        public var arm: ArmID
        /// As asked for; `nil` in a closed loop and in a replay.
        public var rate: Double?
        public var planned: Int
        public var attempted: Int
        public var good: Int
        public var failed: Int
        public var queued: Int
        public var unsent: Int
        public var attainment: Figure
        public var offered: Double?
        public var achieved: Double?
        public var goodput: Double?
        public var respP50: Figure
        public var respP95: Figure
        public var interrupted: Bool

        init(_ phase: LoadReport.Phase) {
            arm = phase.arm
            rate = Amount.ratio(phase.rate)
            (planned, attempted, good) = (phase.planned, phase.attempted, phase.good)
            (failed, queued, unsent) = (phase.failed, phase.queued, phase.unsent)
            attainment = Figure(phase.attainment, .share)
            offered = Amount.ratio(phase.offered)
            achieved = Amount.ratio(phase.achieved)
            goodput = Amount.ratio(phase.goodput)
            respP50 = Figure(phase.respP50, .milliseconds)
            respP95 = Figure(phase.respP95, .milliseconds)
            interrupted = phase.isInterrupted
        }

        private enum CodingKeys: String, CodingKey {
            case arm
            case rate = "rate_rps"
            case planned, attempted, good, failed, queued, unsent
            case attainment = "slo_attainment"
            case offered = "offered_rps"
            case achieved = "achieved_rps"
            case goodput = "goodput_rps"
            case respP50 = "resp_p50_ms"
            case respP95 = "resp_p95_ms"
            case interrupted
        }
    }

    /// The highest rate at which a model keeps the objective.
    public struct Capacity: Document {
        public var arm: ArmID
        /// Calls a second; `nil` where the objective holds at every rate that was tried, or at none.
        public var rate: Double?
        /// `nil`: below every rate that was tried.
        public var low: Double?
        /// `nil`: above every rate that was tried.
        public var high: Double?
        public var summary: String

        private enum CodingKeys: String, CodingKey {
            case arm
            case rate = "rate_rps"
            case low = "rate_low_rps"
            case high = "rate_high_rps"
            case summary
        }
    }
}
