import ArgumentParser
import DirGenCore

/// `models list`: what is on the disk, and what of it is loaded.
struct ModelsListCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the models on disk.")

    @OptionGroup var options: LocalModelOptions
    var common: CommonOptions { options.global.common }

    func execute(_ console: Console) async throws {
        try await options.withModels(console) { control in
            let stored = try await control.storedModels().sorted { $0.name < $1.name }
            let (loaded, disk) = try await usage(control, console)
            let page = StoredModelsPage(stored: stored, loaded: loaded, disk: disk)
            try options.print(console, page.document(control), text: page.text)
        }
    }

    /// The models in memory and on disk; empty where the server does not report them.
    private func usage(
        _ control: any LocalModelControl, _ console: Console
    ) async throws(LocalModelError) -> ([LoadedModel]?, LocalDiskUsage) {
        do throws(LocalModelError) {
            return (try await control.loadedModels(), try await control.diskUsage())
        } catch {
            guard error.reason == .managementUnavailable else { throw error }
            console.say(error.message)
            return (nil, LocalDiskUsage())
        }
    }
}
