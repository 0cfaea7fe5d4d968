import DirGenAPI
import DirGenCore

/// Keys for people to read.
struct KeysPage {
    let text: String

    init(_ keys: [KeyReport], now: Int64) {
        var table = TextTable([
            ("PROVIDER", .left), ("KEY", .left), ("FROM", .left), ("STATE", .left), ("USES", .right), ("OK", .right),
            ("FAILED", .left), ("LAST USED", .left), ("LAST LIMITED", .left), ("QUOTA GROUP", .left),
        ])
        func when(_ instant: Int64?) -> String {
            instant.map { NumberText.relative($0, to: now) } ?? NumberText.unknown
        }
        for key in keys {
            let state = key.health?.state
            table.add([
                key.provider.rawValue, key.fingerprint.rawValue, key.variable ?? NumberText.unknown,
                KeysPage.condition(of: key, now: now), String(state?.uses ?? 0), String(state?.successes ?? 0),
                KeysPage.failures(state), when(state?.lastUsedAt), when(state?.lastLimitedAt),
                key.quotaGroup ?? NumberText.unknown,
            ])
        }
        text = table.text
    }

    /// `limited until 2026-11-23 14:22:05 UTC (in 42 s, window: minute) for groq/a`, `cooling down until …`, `retired: auth, tried again …`.
    private static func condition(of key: KeyReport, now: Int64) -> String {
        let because = key.health?.because.map { ": \($0.rawValue)" } ?? ""
        let learnt =
            switch key.condition {
            case .limited: "limited " + key.limits.map { hold($0, now: now) }.joined(separator: "; ")
            case .coolingDown: "cooling down" + (key.until.map { " until \(instant($0, now: now)))" } ?? "")
            case .retired, .failing: key.condition.rawValue + because + again(key.until, now: now)
            case .unused, .healthy: key.condition.rawValue
            }
        return key.isConfigured ? learnt : "no longer configured at \(key.endpoint); was \(learnt)"
    }

    private static func hold(_ limit: HealthReport.Limit, now: Int64) -> String {
        let window = limit.blockedWindow?.name.map { ", window: \($0)" } ?? ""
        return "until \(instant(limit.blockedUntil ?? now, now: now))\(window)) for \(limit.model)"
    }

    /// Without the closing bracket.
    private static func instant(_ instant: Int64, now: Int64) -> String {
        "\(NumberText.timestamp(microseconds: instant)) (\(NumberText.relative(instant, to: now))"
    }

    private static func again(_ until: Int64?, now: Int64) -> String {
        guard let until else { return "" }
        return until > now ? ", tried again \(NumberText.relative(until, to: now))" : ", tried with the next call"
    }

    private static func failures(_ state: KeyState?) -> String {
        guard let state, !state.failures.isEmpty else { return "0" }
        return state.failures.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
            .joined(separator: ", ")
    }
}

extension KeyTest {
    private var name: String { "\(key.provider) \(key.fingerprint)" + (key.variable.map { " (\($0))" } ?? "") }

    private var cost: USD? {
        switch result {
        case .answered, .impossible: .zero
        case .asked(let attempt): attempt.cost.settled
        }
    }

    private var finding: String {
        switch result {
        case .answered(.usable(let models)):
            "accepted" + (models.map { ", \($0.count) models" } ?? ", no list of models") + "; free"
        case .answered(.unusable(let outcome, let message)): "\(outcome.rawValue): \(message); free"
        case .impossible(let reason): "not tested: \(reason)"
        case .asked(let attempt):
            "\(attempt.report.outcome.rawValue) of \(attempt.report.model)"
                + (attempt.report.failure.map { ": \($0.message)" } ?? "") + "; "
                + (cost.map { "\($0) USD" } ?? "cost unknown")
        }
    }

    var line: String {
        let time = Int(duration.milliseconds.rounded())
        return
            (["\(isGood ? "ok  " : "FAIL") \(name): \(finding) (\(time) ms)"]
            + events.map { "       \($0.description)" })
            .joined(separator: "\n")
    }

    var document: KeyTestDocument {
        KeyTestDocument(
            provider: key.provider, fingerprint: key.fingerprint, variable: key.variable, isGood: isGood,
            finding: finding, cost: cost, duration: duration, changes: events.map(\.document))
    }
}
