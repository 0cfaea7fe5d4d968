import ArgumentParser
import DirGenCore

/// `models load`: brings a model into memory and times it.
struct ModelsLoadCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Bring a model into memory, so that the first question does not wait for it.")

    @OptionGroup var options: LocalModelOptions
    @Argument(help: "Such as ai/smollm3.")
    var model: String
    @Flag(help: "Fetch it first when it is not on the disk.")
    var pull = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long it stays without use: a time such as 10m, or forever.", valueName: "time"),
        transform: NumberArgument.keepAlive)
    var keepAlive: KeepAliveArgument?

    var common: CommonOptions { options.global.common }

    func execute(_ console: Console) async throws {
        let name = options.name(model)
        try await options.withModels(console) { control in
            let wasLoaded = try await control.loadedModels().contains { $0.name == name && !$0.isLoading }
            let took = try await load(name, control, console)
            let words = wasLoaded ? "\(name) was loaded already" : "\(name) loaded in \(SecondsText.of(took))"
            options.print(
                console,
                json: [
                    "model": .string(name), "was_loaded": .bool(wasLoaded),
                    "load_ms": wasLoaded ? .null : JSONValue(took.milliseconds),
                ], text: words)
        }
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

/// A time, or `forever`.
struct KeepAliveArgument: ExpressibleByArgument, Sendable {
    let value: KeepAlive

    init?(argument: String) {
        if argument == "forever" {
            value = .forever
        } else if let time = TimeArgument(argument: argument) {
            value = .after(time.duration)
        } else {
            return nil
        }
    }
}
