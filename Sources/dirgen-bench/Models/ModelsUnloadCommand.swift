import ArgumentParser
import DirGenAPI
import DirGenCore

/// `models unload`: takes models out of memory.
struct ModelsUnloadCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "unload", abstract: "Unload models from memory.",
        discussion: "A model that is answering stays, and the command exits 5.")

    @OptionGroup var options: LocalModelOptions
    @Argument(help: "Models to unload.")
    var models: [String] = []
    @Flag(help: "Unload every model.")
    var all = false

    var common: CommonOptions { options.global.common }

    func validate() throws {
        guard models.isEmpty == all else { throw ValidationError("name models, or give --all") }
    }

    func execute(_ console: Console) async throws {
        let names = all ? nil : models.map(options.name)
        try await options.withModels(console) { control in
            let count = try await control.unload(names)
            let rest = try await control.loadedModels().map(\.name).filter { names?.contains($0) ?? true }.sorted()
            try options.print(
                console, ModelUnloadDocument(unloaded: count, stillLoaded: rest),
                text: count == 1 ? "1 model unloaded" : "\(count) models unloaded")
            guard let busy = rest.first else { return }
            throw LocalModelError(
                .inUse, model: busy, endpoint: control.endpoint, message: "it is answering and was not unloaded")
        }
    }
}
