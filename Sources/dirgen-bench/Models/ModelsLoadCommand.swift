import ArgumentParser
import DirGenAPI
import DirGenCore

/// `models load`: brings a model into memory and times it.
struct ModelsLoadCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Load a model into memory, so that the first request does not wait for it.",
        discussion: """
            At most as many stay in memory as local_models.most_loaded in dirgen.yaml says (2): the one used longest ago is
            unloaded for it, never one that is answering.
            """)

    @OptionGroup var options: LocalModelOptions
    @Argument(help: "Such as ai/smollm3.")
    var model: String
    @Flag(help: "Download it first when it is not on disk.")
    var pull = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Idle time before it is unloaded: a time such as 10m, or forever.", valueName: "time"),
        transform: NumberArgument.keepAlive)
    var keepAlive: KeepAliveArgument?

    var common: CommonOptions { options.global.common }

    func execute(_ console: Console) async throws {
        let name = options.name(model)
        try await options.withService(console) { dirgen, control in
            let before = try await control.loadedModels()
            let wasLoaded = before.contains { $0.name == name && !$0.isLoading }
            let unloaded = wasLoaded ? [] : try await makePlace(name, beside: before, dirgen, control)
            let took = try await load(name, control, console)
            let place = unloaded.isEmpty ? "" : " in the place of \(unloaded.joined(separator: ", "))"
            let words = wasLoaded ? "\(name) was loaded already" : "\(name) loaded in \(SecondsText.of(took))\(place)"
            let document = ModelLoadDocument(model: name, loadTime: wasLoaded ? nil : took, unloaded: unloaded)
            try options.print(console, document, text: words)
        }
    }

    /// The models that had to go, in order of their names. One that is not on the disk takes nobody's place.
    private func makePlace(
        _ name: String, beside before: [LoadedModel], _ dirgen: DirGen, _ control: any LocalModelControl
    ) async throws -> [String] {
        let stored = try await control.storedModels()
        guard pull || stored.contains(where: { $0.names.contains(name) }) else { return [] }
        try await dirgen.makePlace(for: name, of: ProviderID(options.provider))
        let after = Set(try await control.loadedModels().map(\.name))
        return before.map(\.name).filter { !after.contains($0) }.sorted()
    }

    private func load(_ name: String, _ control: any LocalModelControl, _ console: Console) async throws -> Duration {
        let start = ContinuousClock.now
        do throws(LocalModelError) {
            try await control.load(name, keepAlive: keepAlive?.value)
            return start.duration(to: .now)
        } catch {
            guard error.reason == .modelNotFound else { throw error }
            guard pull else {
                throw CommandError(.usage, error.description, hint: "dirgen-bench models pull \(name)")
            }
        }
        _ = try await ModelPull(name: name, console: console).run(control)
        let loading = ContinuousClock.now
        try await control.load(name, keepAlive: keepAlive?.value)
        return loading.duration(to: .now)
    }
}
