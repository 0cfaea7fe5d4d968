import DirGenCore

/// A diagnosis for people to read.
struct DiagnosisPage {
    let text: String

    init(_ diagnosis: Diagnosis) {
        var lines = [
            "configuration: \(diagnosis.configurationFile ?? "none (dirgen.yaml)")",
            "database: \(diagnosis.database)\(diagnosis.databaseExists ? "" : " (not there yet)")",
        ]
        for provider in diagnosis.providers { lines += DiagnosisPage.lines(provider) }
        text = lines.joined(separator: "\n")
    }

    private static func lines(_ provider: Diagnosis.Provider) -> [String] {
        let mark =
            switch provider.state {
            case .usable: "ok  "
            case .failing: "FAIL"
            case .notConfigured: "-   "
            }
        var lines = ["\(mark) \(provider.name): \(provider.address) (\(provider.addressSource))"]
        if !provider.keys.isEmpty {
            lines.append(
                "       keys: " + provider.keys.map { "\($0.variable) [\($0.fingerprint)]" }.joined(separator: ", "))
        }
        if provider.state == .usable, let probe = provider.probe {
            let offered = provider.offersDefaultModel == false ? " (not in its list)" : ""
            let priced = provider.isPriced ? "" : " (no price known)"
            let models = provider.offeredModels.map { "\($0) models" } ?? "no list of models, answered"
            lines.append("       model: \(provider.defaultModel)\(offered)\(priced)")
            lines.append("       probe: \(models) in \(Int(probe.milliseconds.rounded())) ms")
        }
        if let problem = provider.problem { lines.append("       \(problem)\(provider.help.map { "; \($0)" } ?? "")") }
        return lines
    }
}
