import ArgumentParser
import DirGenAPI
import DirGenCore

/// `replay`: what would be chosen now for a call that was made before. Sends nothing.
struct ReplayCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Repeat the choice of a recorded call with today's evidence; send nothing."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A call, the beginning of its name, or `latest`.")
    var call = "latest"
    @Option(
        help: ArgumentHelp(
            "A selection table as `select --export` wrote it, in place of the newest.", valueName: "file"))
    var table: String?

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let call = try await common.requiredStore().requiredCall(call)
        let table = try table.map { try SelectionTable.read(path: $0) }
        let now = try await common.withService(console, database: .readOnly) { dirgen in
            try await dirgen.service.replay(call, table: table)
        }
        // What the cache answered, or a key's test asked, chose nothing.
        let before = call.decision.first ?? call.model
        let changed = now.first != before
        switch global.format {
        case .json:
            try console.json(ReplayDocument(id: call.id, changed: changed, then: call.decision, now: now))
        case .text:
            console.data("then: \(call.decision.page)\nnow: \(now.page)")
            let served = call.decision.cache?.kind.servedWords.map { "it was \($0); without that, " }
            console.say("\(served ?? "")\(changed ? "another" : "the same") model would be asked first")
        }
    }
}
