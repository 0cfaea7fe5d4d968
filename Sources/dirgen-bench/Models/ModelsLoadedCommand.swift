import ArgumentParser
import DirGenCore

/// `models ps`: what is in memory.
struct ModelsLoadedCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps", abstract: "List the models in memory.")

    @OptionGroup var options: LocalModelOptions
    var common: CommonOptions { options.global.common }

    func execute(_ console: Console) async throws {
        try await options.withModels(console) { control in
            let page = LoadedModelsPage(models: try await control.loadedModels().sorted { $0.name < $1.name })
            try options.print(console, page.document, text: page.text)
        }
    }
}
