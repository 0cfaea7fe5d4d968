import ArgumentParser
import DirGenAPI
import DirGenCore

/// The command `doctor`: checks each configured provider with a free call.
struct DoctorCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check keys, addresses and models.",
        discussion: """
            Keys are shown as fingerprints. Each key gets one free probe: its provider's list of models.
            Exits 5 when no provider is configured, or when a configured provider or one of its keys does not work.
            """)

    @OptionGroup var global: GlobalOptions
    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let diagnosis = try await common.withService(console, database: .readOnly) { await $0.examine() }
        switch global.format {
        case .json: try console.json(diagnosis.document)
        case .text: console.data(DiagnosisPage(diagnosis).text)
        }
        guard diagnosis.configured > 0 else {
            throw CommandError(
                .providerUnusable, "no provider is configured",
                hint: "set one of the variables above, or use --simulate")
        }
        let failing = diagnosis.providers.filter { $0.state == .failing }.map(\.name.rawValue)
        guard failing.isEmpty else {
            let names = failing.joined(separator: ", ")
            throw CommandError(
                .providerUnusable,
                "\(failing.count) of \(diagnosis.configured) configured providers do not work: \(names)",
                hint: "the lines marked FAIL give the reason and the remedy")
        }
        let keys = diagnosis.providers.flatMap(\.keys)
        let refused = keys.filter { $0.problem != nil }.map(\.variable)
        guard refused.isEmpty else {
            throw CommandError(
                .providerUnusable,
                "\(refused.count) of \(keys.count) keys do not work: \(refused.joined(separator: ", "))",
                hint: "the providers work with their other keys; set or unset these variables")
        }
    }
}

/// A diagnosis for people to read.
struct DiagnosisPage {
    let text: String

    init(_ diagnosis: Diagnosis) {
        var lines = [
            "configuration: \(diagnosis.configurationFile ?? "none (no dirgen.yaml found)")",
            "database: \(diagnosis.database)\(diagnosis.databaseExists ? "" : " (does not exist yet)")",
        ]
        for provider in diagnosis.providers { lines += DiagnosisPage.lines(provider) }
        text = lines.joined(separator: "\n")
    }

    private static func lines(_ provider: Diagnosis.Provider) -> [String] {
        let mark =
            switch provider.state {
            case .usable: "ok  "
            case .impaired: "PART"
            case .failing: "FAIL"
            case .notConfigured: "-   "
            }
        var lines = ["\(mark) \(provider.name): \(provider.address) (\(provider.addressSource))"]
        lines += provider.state == .impaired ? keysApart(provider) : keys(provider)
        if provider.state == .usable || provider.state == .impaired, let probe = provider.probe {
            let instead = provider.missingModel.map { " (the server does not list \($0.name))" } ?? ""
            let offered = provider.offersDefaultModel == false ? " (the provider does not list it)" : instead
            let priced = provider.isPriced ? "" : " (price unknown)"
            let models = provider.offeredModels.map { "\($0) models" } ?? "no list of models, answered"
            lines.append("       model: \(provider.defaultModel)\(offered)\(priced)")
            lines.append("       probe: \(models) in \(Int(probe.milliseconds.rounded())) ms")
        }
        if provider.state != .impaired, let problem = provider.problem {
            lines.append("       \(problem)\(provider.help.map { "; \($0)" } ?? "")")
        }
        return lines
    }

    private static func name(_ key: Diagnosis.Provider.Key) -> String { "\(key.variable) [\(key.fingerprint)]" }

    private static func keys(_ provider: Diagnosis.Provider) -> [String] {
        guard !provider.keys.isEmpty else { return [] }
        let all = provider.state == .usable ? ", each accepted" : ", none accepted"
        let tested = provider.testedKeys > 1 ? all : ""
        return ["       keys: " + provider.keys.map(name).joined(separator: ", ") + tested]
    }

    /// One a line, where some work and some do not.
    private static func keysApart(_ provider: Diagnosis.Provider) -> [String] {
        provider.keys.map { key in
            let finding = key.problem.map { "FAIL \($0)" + (key.help.map { "; \($0)" } ?? "") } ?? "accepted"
            return "       key: \(name(key)): \(finding)"
        }
    }
}
