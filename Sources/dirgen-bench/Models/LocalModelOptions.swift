import ArgumentParser
import DirGenAPI
import DirGenCore

/// The options of every command about a local server's models.
struct LocalModelOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Local provider, as dirgen.yaml names it.", valueName: "name"))
    var provider = "local"

    /// Runs `body` with the server's management.
    func withModels(_ console: Console, _ body: (any LocalModelControl) async throws -> Void) async throws {
        try await withService(console) { _, control in try await body(control) }
    }

    /// The same with the service around it, whose limits hold for what it loads.
    func withService(
        _ console: Console, _ body: (DirGen, any LocalModelControl) async throws -> Void
    ) async throws {
        try await global.common.withService(console, database: .none) { dirgen in
            try await body(dirgen, dirgen.localModels(of: ProviderID(provider)))
        }
    }

    /// A model as the server names it: without the provider, where one stands in front.
    func name(_ text: String) -> String {
        let prefix = provider + "/"
        return LocalModelName.canonical(text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)
    }

    /// Prints a document or a page of text, as `--format` says.
    func print(_ console: Console, _ document: some Document, text: @autoclosure () -> String) throws {
        switch global.format {
        case .json: try console.json(document)
        case .text: console.data(text())
        }
    }
}
