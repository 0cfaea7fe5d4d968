import ArgumentParser
import DirGenAPI
import DirGenCore

/// The command `models`: the models of a local server, on disk and in memory.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List, pull, load and unload the models of a local server.",
        discussion: """
            Manages Docker Model Runner at DMR_BASE_URL (default http://localhost:12434). The models of other OpenAI-compatible \
            servers (llama.cpp, Ollama, vLLM) are listed only; manage them with their own tools.
            """,
        subcommands: [
            ModelsListCommand.self, ModelsPullCommand.self, ModelsLoadCommand.self, ModelsUnloadCommand.self,
            ModelsLoadedCommand.self,
        ],
        defaultSubcommand: ModelsListCommand.self)
}

/// The options of every command about a local server's models.
struct LocalModelOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Name of the local provider.", valueName: "name"), transform: TextArgument.name)
    var provider = "local"

    /// Runs `body` with the control of the server's models.
    func withModels(_ console: Console, _ body: (any LocalModelControl) async throws -> Void) async throws {
        try await withService(console) { _, control in try await body(control) }
    }

    /// The same with the service, whose limits hold for the models it loads.
    func withService(
        _ console: Console, _ body: (DirGen, any LocalModelControl) async throws -> Void
    ) async throws {
        try await global.common.withService(console, database: .none) { dirgen in
            try await body(dirgen, dirgen.localModels(of: ProviderID(provider)))
        }
    }

    /// The server's own name of a model: without the provider in front.
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

/// The command `models list`: the models on disk, with those in memory marked.
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

/// The command `models ps`: the models in memory.
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

/// The command `models unload`: removes models from memory.
struct ModelsUnloadCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "unload", abstract: "Unload models from memory.",
        discussion: "A model that is answering stays; the command then exits 5.")

    @OptionGroup var options: LocalModelOptions
    @Argument(help: "Models to unload.", transform: TextArgument.name)
    var models: [String] = []
    @Flag(help: "Unload every model.")
    var all = false

    var common: CommonOptions { options.global.common }

    func validate() throws {
        guard models.isEmpty == all else { throw ValidationError("give either models or --all") }
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

/// The models on a disk, for people and for programs.
struct StoredModelsPage {
    let stored: [StoredModel]
    /// `nil` where the server does not report it.
    let loaded: [LoadedModel]?
    let disk: LocalDiskUsage

    private func state(of model: StoredModel) -> String? {
        guard let loaded else { return nil }
        return loaded.first { $0.name == model.name }.map(\.state) ?? "on disk"
    }

    var text: String {
        guard !stored.isEmpty else { return "no models: `dirgen-bench models pull ai/smollm3` fetches one" }
        var table = TextTable([
            ("MODEL", .left), ("PARAMETERS", .left), ("QUANTIZATION", .left), ("CONTEXT", .right), ("SIZE", .right),
            ("STATE", .left),
        ])
        for model in stored {
            table.add([
                model.name, model.parameters ?? "-", model.quantization ?? "-",
                model.contextSize.map(String.init) ?? "-",
                model.size ?? "-", state(of: model) ?? "-",
            ])
        }
        guard let bytes = disk.models else { return table.text }
        return table.text + "\n\(stored.count) \(stored.count == 1 ? "model" : "models"), \(ByteText.of(bytes)) on disk"
    }

    func document(_ control: any LocalModelControl) -> StoredModelsDocument {
        StoredModelsDocument(
            stored, loaded: loaded, disk: disk, provider: control.provider, endpoint: control.endpoint)
    }
}

/// The models in memory.
struct LoadedModelsPage {
    let models: [LoadedModel]

    var text: String {
        guard !models.isEmpty else { return "no model is loaded" }
        var table = TextTable([
            ("MODEL", .left), ("BACKEND", .left), ("STATE", .left), ("LAST USED", .left), ("KEEP ALIVE", .left),
        ])
        for model in models {
            table.add([
                model.name, model.backend ?? "-", model.state,
                model.lastUsedAt.map { NumberText.timestamp(microseconds: $0) } ?? "-", model.keepAlive ?? "-",
            ])
        }
        return table.text
    }

    var document: [LoadedModelDocument] { models.map(LoadedModelDocument.init) }
}
