import BenchCore
import LLMCore

/// Figures in words, the same in HTML and Markdown.
struct FigureText {
    /// Longest a call may take, where the run recorded it: what an infinite percentile is printed as.
    let timeout: Double?

    init(_ run: RunRecord) { timeout = run.environment.timeouts?.total }

    /// `91 %`, `2.13 s`, `$0.0011`, `unpriced`, `–`.
    func value(_ figure: Figure, _ unit: ReportMetric.Unit) -> String {
        guard let value = figure.value else { return figure.gap == .unpriced ? "unpriced" : NumberText.unknown }
        guard value.isFinite else { return infinite(unit) }
        switch unit {
        case .share: return NumberText.percent(value, value > 0 && value < 0.1 ? 1 : 0)
        case .score: return NumberText.fixed(value, 2)
        case .milliseconds: return NumberText.duration(milliseconds: value)
        case .perSecond: return speed(value)
        case .usd: return NumberText.dollars(value)
        }
    }

    /// A model's figure, with a mark where it is made of tokens that the engine did not report.
    func value(_ arm: ArmSummary, _ metric: ReportMetric) -> String {
        let figure = arm[metric]
        let isMarked = metric.isOfTokens && arm.speedSource == .counted && figure.value != nil
        return value(figure, metric.unit) + (isMarked ? "\u{A0}†" : "")
    }

    /// A model's figure with its interval, where there is one.
    func shown(_ arm: ArmSummary, _ metric: ReportMetric) -> String {
        let value = value(arm, metric)
        return interval(arm[metric], metric.unit).map { "\(value) \($0)" } ?? value
    }

    /// `[84, 95]`, `n too small`, or nothing where no interval is meant to be.
    func interval(_ figure: Figure, _ unit: ReportMetric.Unit) -> String? {
        if case .tooFew? = figure.gap { return "n too small" }
        guard let low = figure.low, let high = figure.high, low.isFinite else { return nil }
        return "[\(bound(low, beside: figure.value, unit)), \(bound(high, beside: figure.value, unit))]"
    }

    /// One end, in the unit of the value it stands beside.
    private func bound(_ bound: Double, beside value: Double?, _ unit: ReportMetric.Unit) -> String {
        guard bound.isFinite else { return "∞" }
        switch unit {
        case .share: return NumberText.percentNumber(bound, bound > 0 && bound < 0.1 ? 1 : 0)
        case .score: return NumberText.fixed(bound, 2)
        case .milliseconds: return milliseconds(bound, beside: value ?? bound)
        case .perSecond: return speed(bound)
        case .usd: return bound >= 1 || bound == 0 ? NumberText.fixed(bound, 2) : NumberText.significant(bound, 2)
        }
    }

    private func milliseconds(_ bound: Double, beside value: Double) -> String {
        let seconds = value.isFinite ? value >= 1_000 : bound >= 1_000
        return seconds ? NumberText.significant(bound / 1_000, 3) : NumberText.significant(bound, 3)
    }

    private func speed(_ value: Double) -> String {
        value >= 1_000 && value < 1e15 ? NumberText.count(Int(value.rounded())) : NumberText.significant(value, 3)
    }

    private func infinite(_ unit: ReportMetric.Unit) -> String {
        switch unit {
        case .milliseconds: timeout.map { ">\u{A0}" + NumberText.duration(milliseconds: $0) } ?? "∞"
        case .usd: "$∞"
        default: "∞"
        }
    }
}

/// A run's cost as one sentence.
struct MoneyText {
    let sentence: String

    init(_ money: MoneySummary, simulated: Bool) {
        let marks = [("budget", money.limit), ("estimate", money.likely), ("worst case", money.worstCase)]
        let known = marks.compactMap { mark in mark.1.map { "\(mark.0) \(NumberText.dollars($0))" } }
        var text = "\(simulated ? "Would have cost" : "Spent") \(money.spending.summary)"
        if !known.isEmpty { text += "; " + known.joined(separator: ", ") }
        if money.unpricedTrials > 0 {
            text +=
                "; \(money.unpricedTrials) trial\(money.unpricedTrials == 1 ? " is" : "s are") unpriced and not in that sum"
        }
        if let unsettled = money.unsettled {
            if unsettled.reserved > 0 {
                text += "; attempts that never ended may add \(NumberText.dollars(unsettled.reservedWorst))"
            }
            if unsettled.assumed > 0 {
                text +=
                    "; attempts of a killed process count at their worst case, \(NumberText.dollars(unsettled.assumedCost))"
            }
        }
        sentence = text + "."
    }
}
