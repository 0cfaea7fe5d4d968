public import LLMCore

/// A figure that is not known yet, with the range in which it probably falls.
package struct Estimated<Value: Comparable & Sendable & Hashable>: Sendable, Hashable {
    package let low: Value
    package let likely: Value
    package let high: Value

    /// `likely` is moved into the range, and nothing is above `most`.
    package init(_ low: Value, _ likely: Value, _ high: Value, atMost most: Value? = nil) {
        func bounded(_ value: Value) -> Value { most.map { min(value, $0) } ?? value }
        self.low = bounded(min(low, likely))
        self.likely = bounded(likely)
        self.high = bounded(max(likely, high))
    }
}

/// The use of a model or configuration in earlier trials of a task: means over them.
public struct MeasuredUse: Sendable, Hashable {
    public var arm: ArmID
    public var endpoint: String
    public var trials: Int
    /// Tokens written, reasoning included.
    public var outputTokens: Double
    public var outputDeviation: Double
    /// Milliseconds from the start of the call to its end, of those whose start waited for no schedule: under an open load the wait counts.
    /// `nil` where there are none.
    public var resp: Double?

    public init(
        arm: ArmID, endpoint: String, trials: Int, outputTokens: Double, outputDeviation: Double, resp: Double?
    ) {
        self.arm = arm
        self.endpoint = endpoint
        self.trials = trials
        self.outputTokens = outputTokens
        self.outputDeviation = outputDeviation
        self.resp = resp
    }
}

/// The likely cost of a plan, its tokens and its time, and the most it can cost.
///
/// A likely prompt is a quarter of the text's bytes. Answers are as long as those of earlier trials of the same arm and task, where there are
/// some; else as the reference, which models exceed, or a third of the output limit, with the reasoning that is usual for models that reason.
package struct CostEstimate: Sendable, Hashable {
    /// The basis of an arm's figures.
    package enum Basis: Sendable, Hashable, CustomStringConvertible {
        /// Earlier trials of the arm and task.
        case measured(trials: Int)
        /// The lengths of references and output limits, and what is usual.
        case assumed

        package var description: String {
            switch self {
            case .measured(let trials): "measured on \(trials == 1 ? "1 trial" : "\(NumberText.count(trials)) trials")"
            case .assumed: "assumed"
            }
        }
    }

    /// One arm's share.
    package struct Share: Sendable, Hashable {
        package let arm: ArmID
        package let calls: Int
        package let tokens: Estimated<Int>
        /// `nil` when the model has no known price.
        package let cost: Estimated<USD>?
        package let worst: USD?
        /// Of all its calls, one after the other.
        package let seconds: Estimated<Double>
        package let basis: Basis
        /// Tokens of one answer, without the reasoning that is assumed.
        let answer: Estimated<Int>

        package var likely: USD? { cost?.likely }

        /// The likely cost with its range and the most, for people: `likely $0.21 ($0.1 to $0.4), at most $0.94`.
        package var summary: String {
            guard let cost, let worst else { return "unpriced" }
            return CostEstimate.summary(cost, worst: worst)
        }
    }
    package let shares: [Share]
    /// The judges of the answers; none where nothing is judged by a model.
    package let judges: [JudgeEstimate]
    package let seconds: Estimated<Double>
    /// With the retries of calls that fail.
    package let calls: Int
    package let retries: Int

    package var tokens: Estimated<Int> {
        Estimated(sum(\.low), sum(\.likely), sum(\.high))
    }
    /// Sum over the priced arms and judges.
    package var cost: Estimated<USD> {
        Estimated(money(\.low), money(\.likely), money(\.high))
    }
    /// Sum over the priced arms and judges.
    package var likely: USD { cost.likely }
    package var worst: USD {
        let all = shares.map(\.worst) + judges.map(\.worst)
        return all.reduce(.zero) { $0 + ($1 ?? .zero) }
    }
    /// Calls of judges, when every reply can be read.
    package var judgeCalls: Int { judges.reduce(0) { $0 + $1.calls } }
    package var unpriced: [ArmID] { shares.filter { $0.worst == nil }.map(\.arm) }

    /// As ``Share/summary``, over the priced arms.
    package var summary: String { CostEstimate.summary(cost, worst: worst) }

    /// - Parameters:
    ///   - prices: Gives the most a call can cost as it is reserved, ``PriceBook/worstCase(for:to:at:)``.
    ///   - microseconds: When the calls are made, since 1970.
    ///   - measured: The use of the plan's arms in earlier trials of its task, of the same environment.
    ///   - timeScale: Of a simulator's waits.
    ///   - concurrency: Calls in flight per provider.
    ///   - judged: The part of the plan whose answers are judged, those that are had without a call too; `nil`: `plan`.
    ///   - verdicts: The use of judges in earlier verdicts.
    ///   - inquiries: The questions to judges about a model's answer to a case.
    package init(
        of plan: RunPlan, prices: PriceBook, at microseconds: Int64, measured: [MeasuredUse] = [], retries: Int = 0,
        timeScale: Double = 1, concurrency: (ProviderID) -> Int = { _ in 8 }, judged: RunPlan? = nil,
        verdicts: [MeasuredUse] = [], inquiries: (BenchCase, Arm) -> [JudgeEstimate.Inquiry] = { _, _ in [] }
    ) {
        let items = Dictionary(grouping: plan.items, by: \.armIndex)
        let shares = plan.arms.indices.map { index in
            let arm = plan.arms[index]
            let use = measured.first { $0.arm == arm.id && $0.endpoint == arm.endpoint && $0.trials > 0 }
            return Share(
                arm: arm, of: plan, items: items[index] ?? [],
                LikelyLength(of: arm, use: use, calls: items[index]?.count ?? 0, prices),
                use: use, prices: prices, at: microseconds, timeScale: timeScale)
        }
        self.shares = shares
        judges = JudgeEstimate.all(
            of: judged ?? plan, answers: shares.map(\.answer), prices: prices, at: microseconds, measured: verdicts,
            inquiries: inquiries)
        self.retries = retries
        calls = plan.items.count
        let lanes = Dictionary(grouping: plan.arms.indices) { plan.arms[$0].model.provider }
        func longest(_ part: (Share) -> Double) -> Double {
            lanes.map { provider, arms in
                arms.reduce(0) { $0 + part(shares[$1]) } / Double(max(1, concurrency(provider)))
            }.max() ?? 0
        }
        guard plan.load.isOpen else {
            seconds = Estimated(
                longest { $0.seconds.low }, longest { $0.seconds.likely }, longest { $0.seconds.high })
            return
        }
        // The schedule's own length, and in each phase the last calls.
        let schedule = ArrivalSchedule(of: plan)
        func tails(_ part: (Share) -> Double) -> Double {
            schedule.phases.reduce(0) { sum, phase in
                guard let item = phase.first?.item else { return sum }
                let share = shares[item.armIndex]
                return sum + part(share) / Double(max(1, share.calls))
            }
        }
        let length = schedule.length.milliseconds / 1_000
        seconds = Estimated(
            length + tails { $0.seconds.low }, length + tails { $0.seconds.likely },
            length + 2 * tails { $0.seconds.high })
    }

    private func sum(_ part: (Estimated<Int>) -> Int) -> Int {
        (shares.map(\.tokens) + judges.map(\.tokens)).reduce(0) { $0 + part($1) }
    }
    private func money(_ part: (Estimated<USD>) -> USD) -> USD {
        (shares.compactMap(\.cost) + judges.compactMap(\.cost)).reduce(.zero) { $0 + part($1) }
    }

    static func summary(_ cost: Estimated<USD>, worst: USD) -> String {
        let (low, likely, high) = (
            NumberText.dollars(cost.low), NumberText.dollars(cost.likely), NumberText.dollars(cost.high)
        )
        return "likely \(likely)\(low == high ? "" : " (\(low) to \(high))"), at most \(NumberText.dollars(worst))"
    }
}

extension CostEstimate.Share {
    fileprivate init(
        arm: Arm, of plan: RunPlan, items: [RunPlan.Item], _ length: LikelyLength, use: MeasuredUse?,
        prices: PriceBook, at microseconds: Int64, timeScale: Double
    ) {
        var tokens = (low: 0, likely: 0, high: 0)
        var written = (low: 0, likely: 0, high: 0)
        var cost: (low: USD?, likely: USD?, high: USD?) = (.zero, .zero, .zero)
        var worst: USD? = .zero
        for item in items {
            let request = plan.request(for: item)
            let prompt = request.estimatedInputTokens
            let output = length.output(of: request, reference: plan.cases[item.caseIndex].reference)
            func price(_ output: Int) -> USD? {
                let usage = UsageReading(
                    raw: .null, tokens: TokenUsage(promptTokens: prompt, outputTokens: output))
                return prices.quote(
                    model: arm.model, usage: usage, at: microseconds, context: request.parameters.priceContext
                ).usd
            }
            tokens.low += prompt + output.low
            tokens.likely += prompt + output.likely
            tokens.high += prompt + output.high
            written = (written.low + output.low, written.likely + output.likely, written.high + output.high)
            cost.low = total(cost.low, price(output.low))
            cost.likely = total(cost.likely, price(output.likely))
            cost.high = total(cost.high, price(output.high))
            worst = total(worst, prices.worstCase(for: request, to: arm.model, at: microseconds))
        }
        self.arm = arm.id
        calls = items.count
        self.tokens = Estimated(tokens.low, tokens.likely, tokens.high)
        if let low = cost.low, let likely = cost.likely, let high = cost.high {
            self.cost = Estimated(low, likely, high, atMost: worst)
        } else {
            self.cost = nil
        }
        self.worst = worst
        answer = length.answer(written, calls: items.count)
        basis = use.map { .measured(trials: $0.trials) } ?? .assumed
        seconds = length.seconds(calls: items.count, tokens: self.tokens.likely, use: use, timeScale: timeScale)
    }
}

/// The length of an arm's answers, and the time they take.
struct LikelyLength {
    let measured: Estimated<Double>?
    /// Tokens of reasoning that are usual; 0 for a model that does not reason, or not unless it is asked to.
    let reasoning: Int
    let isLocal: Bool

    /// Providers whose models reason only at a given effort.
    private static let reasonWhenAsked: Set<ProviderID> = ["anthropic"]
    private static let efforts: [String: Double] = [
        "none": 0, "minimal": 0, "low": 0.5, "high": 2, "xhigh": 4, "max": 4,
    ]
    /// At the default effort: of simulated models, and a guess for real ones.
    private static let usualReasoning = (simulated: 130.0, real: 400.0)

    init(of arm: Arm, use: MeasuredUse?, calls: Int, _ prices: PriceBook) {
        isLocal = arm.model.provider == .local
        reasoning = LikelyLength.reasoning(of: arm, prices)
        measured = use.map { use in
            // Of the mean over the calls to come, in nine cases of ten.
            let error =
                1.645 * use.outputDeviation * (1 / Double(max(1, calls)) + 1 / Double(max(1, use.trials))).squareRoot()
            return Estimated(max(0, use.outputTokens - error), use.outputTokens, use.outputTokens + error)
        }
    }

    /// Tokens of reasoning that are usual for a model at its effort.
    static func reasoning(of arm: Arm, _ prices: PriceBook) -> Int {
        let effort = arm.parameters.reasoningEffort
        let isAsked = effort != nil || !LikelyLength.reasonWhenAsked.contains(arm.model.provider)
        let usual = arm.simulated ? LikelyLength.usualReasoning.simulated : LikelyLength.usualReasoning.real
        let reasons = prices.price(of: arm.model)?.reasoning == true && isAsked
        return reasons ? Int(usual * (effort.flatMap { LikelyLength.efforts[$0] } ?? 1)) : 0
    }

    /// Of one answer, from the sums over all; a third of the usual limit where there is none.
    fileprivate func answer(_ written: (low: Int, likely: Int, high: Int), calls: Int) -> Estimated<Int> {
        guard calls > 0 else {
            let usual = measured?.likely ?? Double(RunPlan.defaultOutputLimit / 3)
            return Estimated(Int(usual / 2), Int(usual), Int(usual * 2))
        }
        let assumed = measured == nil ? reasoning : 0
        return Estimated(written.low / calls, max(0, written.likely / calls - assumed), written.high / calls)
    }

    func output(of request: ChatRequest, reference: String?) -> Estimated<Int> {
        let limit = request.parameters.maxOutputTokens ?? RunPlan.defaultOutputLimit
        if let measured {
            return Estimated(Int(measured.low), Int(measured.likely.rounded()), Int(measured.high) + 1, atMost: limit)
        }
        // Models answer at more length than whoever writes references.
        let answer = max(1, reference.map { TokenEstimate.tokens(inBytes: $0.utf8.count * 8 / 5) } ?? limit / 3)
        return Estimated(
            answer * 2 / 3, answer + reasoning, answer * 3 / 2 + (reasoning > 0 ? max(limit / 3, reasoning * 2) : 0),
            atMost: limit)
    }

    func seconds(calls: Int, tokens: Int, use: MeasuredUse?, timeScale: Double) -> Estimated<Double> {
        if let resp = use?.resp {
            let all = Double(calls) * resp / 1_000
            return Estimated(all * 0.8, all, all * 1.5)
        }
        // A second and a half to the first token, then at a usual speed.
        let all = (1.5 * Double(calls) + Double(tokens) / (isLocal ? 25 : 80)) * timeScale
        return Estimated(all / 2, all, all * 3)
    }
}

private func total(_ left: USD?, _ right: USD?) -> USD? {
    guard let left, let right else { return nil }
    return left + right
}
