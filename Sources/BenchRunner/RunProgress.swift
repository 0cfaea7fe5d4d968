public import BenchCore
public import LLMCore

/// A progress event of a run, for observers.
public enum RunEvent: Sendable {
    /// A local model is brought into memory before the first call.
    case loading(ModelID)
    case started(plan: RunPlan, maxCost: USD?)
    /// Trials that need no call: they are on disk already, or an earlier answer stands in.
    case carriedOver([TrialSummary])
    case trialFinished(TrialSummary)
    /// Money spent and set aside, calls in flight: emitted after each change.
    case state(spent: USD, reserved: USD, inFlight: Int)
    case draining
    case aborting
    case budgetStopped(BudgetExhausted)
    case finished(RunRecord.Status)
}

/// A finished trial as progress needs it.
public struct TrialSummary: Sendable {
    public let arm: ArmID
    public let outcome: TrialOutcome
    public let passed: Bool?
    public let attempts: Int
    /// Milliseconds.
    public let resp: Double
    public let cost: USD?
    /// Another run paid for the answer.
    public let isReused: Bool

    init(_ trial: Trial) {
        arm = trial.arm.id
        outcome = trial.outcome
        passed = trial.grade.passed
        attempts = trial.metrics.attempts
        resp = trial.metrics.resp
        isReused = trial.reused != nil
        cost = isReused ? .zero : trial.metrics.cost
    }

    init(_ row: TrialRow) {
        arm = row.arm.id
        outcome = row.outcome
        passed = row.passed
        attempts = row.metrics.attempts
        resp = row.metrics.resp
        isReused = row.reused != nil
        cost = isReused ? .zero : row.metrics.cost
    }
}

/// The progress of a run, model by model: observes ``RunEvent``s and renders lines, without a clock or a terminal of its own.
package struct RunProgress: Sendable {
    package struct ArmProgress: Sendable, Hashable {
        package let arm: ArmID
        package let total: Int
        package var done = 0
        package var ok = 0
        package var failed = 0
        package var retries = 0
        package var cost: USD = .zero
        package var unpriced = false
        var resp: [Double] = []
        fileprivate var pace: Pace

        /// Nearest-rank median of `resp_ms`, failures counted as infinite; `nil` when that is infinite or nothing is done.
        package var median: Double? { Statistics.nearestRank(resp, quantile: 0.5).flatMap { $0.isFinite ? $0 : nil } }

        init(arm: ArmID, total: Int) {
            self.arm = arm
            self.total = total
            pace = Pace(total: total)
        }
    }

    package private(set) var arms: [ArmProgress] = []
    package private(set) var spent: USD = .zero
    package private(set) var reserved: USD = .zero
    package private(set) var inFlight = 0
    package private(set) var note: String?
    private var maxCost: USD?
    /// Milliseconds from the first call to the last one due, of an open load; its models take turns.
    private var scheduled: Double?
    /// True once no more is sent: what is left of the plan then says nothing about the time to the end.
    private var isStopping = false
    private var places: [ArmID: Int] = [:]
    /// The pace of each provider, whose models share its permits.
    private var lanes: [ProviderID: Pace] = [:]
    private var laneOfArm: [ProviderID] = []

    package init() {}

    package var done: Int { arms.reduce(0) { $0 + $1.done } }
    package var total: Int { arms.reduce(0) { $0 + $1.total } }

    /// - Parameter elapsed: Since the first call.
    package mutating func observe(_ event: RunEvent, at elapsed: Duration) {
        switch event {
        case .loading(let model): note = "loading \(model)"
        case .started(let plan, let maxCost):
            self.maxCost = maxCost
            note = nil
            scheduled = plan.load.isOpen ? ArrivalSchedule(of: plan).length.milliseconds : nil
            var counts = [Int](repeating: 0, count: plan.arms.count)
            for item in plan.items { counts[item.armIndex] += 1 }
            arms = plan.arms.indices.map { ArmProgress(arm: plan.arms[$0].id, total: counts[$0]) }
            places = Dictionary(arms.indices.map { (arms[$0].arm, $0) }) { first, _ in first }
            laneOfArm = plan.arms.map(\.model.provider)
            lanes = [:]
            for (lane, count) in zip(laneOfArm, counts) { lanes[lane, default: Pace(total: 0)].total += count }
        case .carriedOver(let trials): for trial in trials { carryOver(trial) }
        case .trialFinished(let trial): finish(trial, at: elapsed)
        case .state(let spent, let reserved, let inFlight):
            (self.spent, self.reserved, self.inFlight) = (spent, reserved, inFlight)
        case .draining:
            isStopping = true
            note = "draining: calls in flight finish, Ctrl-C again aborts"
        case .aborting:
            isStopping = true
            note = "aborting"
        case .budgetStopped(let error):
            isStopping = true
            note =
                "budget: the next call needs up to \(error.needed.map { NumberText.dollars($0) } ?? "?"), \(NumberText.dollars(error.limit)) is the limit"
        case .finished: note = nil
        }
    }

    private mutating func carryOver(_ trial: TrialSummary) {
        guard let place = places[trial.arm] else { return }
        count(trial, at: place)
        arms[place].pace.total -= 1
        lanes[laneOfArm[place]]?.total -= 1
    }

    private mutating func finish(_ trial: TrialSummary, at elapsed: Duration) {
        guard let place = places[trial.arm] else { return }
        count(trial, at: place)
        arms[place].pace.finish(at: elapsed)
        lanes[laneOfArm[place]]?.finish(at: elapsed)
    }

    private mutating func count(_ trial: TrialSummary, at place: Int) {
        arms[place].done += 1
        arms[place].retries += max(0, trial.attempts - 1)
        if trial.outcome.fault == .provider {
            arms[place].failed += 1
            arms[place].resp.append(.infinity)
        } else {
            arms[place].ok += 1
            arms[place].resp.append(trial.resp)
        }
        if let cost = trial.cost { arms[place].cost += cost } else { arms[place].unpriced = true }
    }

    /// One line per model and one for the whole, no wider than `width`.
    /// - Parameter elapsed: Since the first call, for the estimate of what is left.
    package func lines(elapsed: Duration, width: Int) -> [String] {
        let name = min(34, arms.map(\.arm.rawValue.count).max() ?? 0)
        var lines = arms.map { line($0, name: name, elapsed: elapsed) }
        lines.append(totalLine(elapsed: elapsed))
        return lines.map { fitted($0, width: max(20, width)) }
    }

    /// Leaves out whole fields: a figure cut in its middle reads as another figure (`$0.0141` as `$0`).
    private func fitted(_ line: String, width: Int) -> String {
        guard line.count > width else { return line }
        var kept = line.prefix(width)
        let rest = line[kept.endIndex...]
        if rest.hasPrefix("  ") || rest.hasPrefix(" · ") { return String(kept) }
        while let last = kept.indices.last, !kept.hasSuffix("  "), !kept.hasSuffix(" · ") { kept = kept[..<last] }
        guard !kept.isEmpty else { return String(line.prefix(width)) }
        return String(kept.dropLast(kept.hasSuffix(" · ") ? 3 : 2))
    }

    /// The whole run in one plain line, for logs.
    package func totalLine(elapsed: Duration) -> String {
        var line = "total \(done)/\(total)  \(NumberText.dollars(spent))"
        if let maxCost { line += " / \(NumberText.dollars(maxCost)) budget" }
        line += " · \(inFlight) in flight"
        let failed = arms.reduce(0) { $0 + $1.failed }
        if failed > 0 { line += " · \(failed) failed" }
        if let left = remaining(elapsed: elapsed) {
            line += " · eta \(left)"
        } else if let left = leftOfSchedule(at: elapsed), left <= 0 {
            line += " · past its schedule, \(total - done) answers to come"
        }
        if let note { line += " · \(note)" }
        return line
    }

    private func line(_ arm: ArmProgress, name: Int, elapsed: Duration) -> String {
        let bar = 12
        let filled = arm.total == 0 ? bar : arm.done * bar / arm.total
        let head =
            filled < bar && filled > 0
            ? String(repeating: "#", count: filled - 1) + ">" : String(repeating: "#", count: filled)
        var line =
            "\(arm.arm.rawValue.padded(to: name)) [\(head.padded(to: bar))] \(arm.done)/\(arm.total)  ok \(arm.ok)  fail \(arm.failed)"
        if arm.retries > 0 { line += "  retry \(arm.retries)" }
        if let median = arm.median { line += "  p50 \(NumberText.duration(milliseconds: median))" }
        line += arm.unpriced ? "  unpriced" : "  \(NumberText.dollars(arm.cost))"
        if scheduled == nil, !isStopping, let left = arm.pace.left(at: elapsed), !left.isLeast {
            line += "  eta \(NumberText.duration(milliseconds: left.milliseconds))"
        }
        return line
    }

    /// Providers answer beside each other: the run lasts as long as the slowest.
    ///
    /// Under an open load the schedule says what is left, whatever the answers take.
    private func remaining(elapsed: Duration) -> String? {
        if scheduled != nil {
            let left = leftOfSchedule(at: elapsed) ?? 0
            return left > 0 ? NumberText.duration(milliseconds: left) : nil
        }
        guard !isStopping, lanes.values.contains(where: { $0.done > 0 }) else { return nil }
        let left = lanes.values.compactMap { $0.left(at: elapsed) }
        guard let slowest = left.max(by: { $0.milliseconds < $1.milliseconds }) else { return nil }
        let text = NumberText.duration(milliseconds: slowest.milliseconds)
        return left.contains(where: \.isLeast) ? "over \(text)" : text
    }
}

extension RunProgress {
    /// Milliseconds to the last call due, below zero after it; `nil` where no schedule goes on.
    fileprivate func leftOfSchedule(at elapsed: Duration) -> Double? {
        guard let scheduled, !isStopping, total > 0, done < total else { return nil }
        let asked = arms.reduce(0) { $0 + $1.pace.total }
        return scheduled * Double(asked) / Double(total) - elapsed.milliseconds
    }
}

/// The pace of a provider or a model: the trials that are asked for, those that have ended, and when the last one did.
private struct Pace: Sendable, Hashable {
    var total: Int
    var done = 0
    /// Since the first call.
    var last: Duration = .zero
    /// The longest time without an end: calls that began together end together.
    var longest: Duration = .zero

    init(total: Int) { self.total = total }

    mutating func finish(at elapsed: Duration) {
        done += 1
        longest = max(longest, elapsed - last)
        last = max(last, elapsed)
    }

    /// The time to the end at the pace up to the last trial that ended, which the clock counts down until the next one is due. It rises
    /// only while that is later than any before. `nil` at the end; a lower bound while nothing has ended.
    func left(at elapsed: Duration) -> (milliseconds: Double, isLeast: Bool)? {
        guard done < total else { return nil }
        let each = last.milliseconds / Double(max(1, done))
        let since = max(0, (elapsed - last).milliseconds)
        let open = Double(total - done)
        guard since > each else { return (each * open - since, false) }
        let late = max(0, since - max(each, longest.milliseconds))
        return ((last.milliseconds + each + late) / Double(done + 1) * (open - 1), done == 0)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        count >= width ? String(prefix(width)) : self + String(repeating: " ", count: width - count)
    }
}
