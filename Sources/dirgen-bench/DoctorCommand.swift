import ArgumentParser
import DirGenAPI
import DirGenCore

/// `doctor`: what is configured, and whether it answers.
struct DoctorCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check keys, addresses and models.",
        discussion: """
            Keys are shown as fingerprints. Each key gets one free probe: its provider's list of models.
            Exits 5 when no provider is configured, and when one that is configured, or one of its keys, does not work.
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
                .providerUnusable, "no provider is configured", hint: "set a key, or use --simulate")
        }
        let failing = diagnosis.providers.filter { $0.state == .failing }.map(\.name.rawValue)
        guard failing.isEmpty else {
            let names = failing.joined(separator: ", ")
            throw CommandError(
                .providerUnusable,
                "\(failing.count) of \(diagnosis.configured) configured providers do not work: \(names)")
        }
        let keys = diagnosis.providers.flatMap(\.keys)
        let refused = keys.filter { $0.problem != nil }.map(\.variable)
        guard refused.isEmpty else {
            throw CommandError(
                .providerUnusable,
                "\(refused.count) of \(keys.count) keys do not work: \(refused.joined(separator: ", "))",
                hint: "their providers remain usable with their other keys")
        }
    }
}
