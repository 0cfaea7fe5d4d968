import ArgumentParser
import DirGenAPI
import DirGenCore

/// `select`: the model for a task, with the evidence for it.
struct SelectCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "select", abstract: "Choose the model for a task, with its evidence.",
        discussion: "Reads the newest selection table. Without one the answer is the configured default, and says so.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Kind of work, such as architecture.")
    var task: TaskType
    @Option(help: ArgumentHelp("Project document with agent profiles, in YAML.", valueName: "file"))
    var pcce: String?
    @Option(
        help: ArgumentHelp("Agent role whose profile counts; planner when only --pcce is given.", valueName: "role"))
    var profile: String?
    @Option(help: ArgumentHelp("Write the table with its resamples to a new JSON file.", valueName: "file"))
    var export: String?
    @OptionGroup(title: "Constraints") var constraints: ConstraintOptions

    var common: CommonOptions { global.common }

    func validate() throws {
        guard profile == nil || pcce != nil else { throw ValidationError("--profile needs --pcce") }
    }

    func execute(_ console: Console) async throws {
        let selection = try await common.withService(console, database: .readOnly) { dirgen in
            let profile = try pcce.map { try dirgen.configuration.profile(role: self.profile ?? "planner", pcce: $0) }
            for step in profile?.fallbackSteps ?? [] { console.warn(step) }
            if let export { try await write(dirgen, to: export) }
            return try await dirgen.service.selectOptimalModel(
                for: task, profile: profile, constraints: constraints.overrides)
        }
        switch global.format {
        case .json: try console.json(selection.document)
        case .text: console.data(SelectionPage(selection).text)
        }
    }

    private func write(_ dirgen: DirGen, to path: String) async throws {
        let simulated = dirgen.service.configuration.simulated
        guard let table = try await dirgen.store?.table(for: task, simulated: simulated) else {
            throw CommandError(
                .usage, "there is no selection table for \(task)", hint: "`dirgen-bench run` derives one")
        }
        try table.write(path: path)
    }
}
