import ArgumentParser
import DirGenAPI
import DirGenCore

/// The command `models pull`: downloads a model and shows its progress.
struct ModelsPullCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Download a model.",
        discussion: "Ctrl-C stops it. The server keeps what has arrived, and the next pull continues from there.")

    @OptionGroup var options: LocalModelOptions
    @Argument(help: "Model, such as ai/smollm3 or hf.co/org/model.", transform: TextArgument.name)
    var model: String

    var common: CommonOptions { options.global.common }

    func execute(_ console: Console) async throws {
        let name = options.name(model)
        try await options.withModels(console) { control in
            let result = try await ModelPull(name: name, console: console).run(control)
            try options.print(console, result.document, text: result.text)
        }
    }
}

/// One pull with its progress.
struct ModelPull {
    struct Result {
        var name: String
        var bytes: Int?
        var took: Duration
        var warnings: [String] = []

        var text: String {
            let size = bytes.map { ", \(ByteText.of($0))" } ?? ""
            return "\(name) pulled in \(SecondsText.of(took))\(size)"
        }
        var document: ModelPullDocument {
            ModelPullDocument(model: name, bytes: bytes, duration: took, warnings: warnings)
        }
    }

    let name: String
    let console: Console

    func run(_ control: any LocalModelControl) async throws -> Result {
        let start = ContinuousClock.now
        var display = PullDisplay(name: name, console: console)
        defer { display.close() }
        var result = Result(name: name, took: .zero)
        for try await step in control.pull(name) {
            switch step {
            case .progress(let bytes, let total):
                result.bytes = total ?? bytes
                display.show(bytes, total)
            case .warning(let message):
                result.warnings.append(message)
                display.close()
                console.warn(message)
            case .succeeded: break
            }
        }
        try Task.checkCancellation()
        result.took = start.duration(to: .now)
        return result
    }
}

/// Seconds for people to read: `0.42 s`, `93 s`.
enum SecondsText {
    static func of(_ duration: Duration) -> String {
        let hundredths = Int((duration.milliseconds / 10).rounded())
        guard hundredths < 1_000 else { return "\(hundredths / 100) s" }
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }
}

/// The progress of a pull on standard error: one line that stays in place on a terminal, a line every ten per cent
/// elsewhere.
struct PullDisplay {
    let name: String
    let console: Console
    /// The bytes per printed line where the total is unknown.
    private static let bytesPerLine = 100_000_000
    private var lastStep = -1
    private var isDrawn = false

    init(name: String, console: Console) {
        self.name = name
        self.console = console
    }

    mutating func show(_ bytes: Int, _ total: Int?) {
        guard !console.quiet else { return }
        let percent = total.map { $0 > 0 ? min(100, bytes * 100 / $0) : 0 }
        // A terminal is redrawn for each per cent, or each megabyte; a log is spared.
        let step =
            console.redraws
            ? percent ?? bytes / 1_000_000 : percent.map { $0 / 10 } ?? bytes / PullDisplay.bytesPerLine
        guard step > lastStep else { return }
        lastStep = step
        let share = percent.map { "\($0) %, " } ?? ""
        let line = "\(name): \(share)\(ByteText.of(bytes))\(total.map { " of \(ByteText.of($0))" } ?? "")"
        guard console.redraws else { return console.say(line) }
        console.error.write("\r\u{1B}[2K" + TerminalText.safe(line))
        isDrawn = true
    }

    /// Ends the line in place.
    mutating func close() {
        guard isDrawn else { return }
        console.error.write("\n")
        isDrawn = false
    }
}

/// The command `models load`: loads a model into memory and times it.
struct ModelsLoadCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Load a model into memory, so that the first request does not wait for it.",
        discussion: """
            At most local_models.most_loaded models of dirgen.yaml stay in memory (default 2). The least recently used one is
            unloaded to make room, never one that is answering.
            """)

    @OptionGroup var options: LocalModelOptions
    @Argument(help: "Model, such as ai/smollm3.", transform: TextArgument.name)
    var model: String
    @Flag(help: "Download the model first when it is not on disk.")
    var pull = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Idle time before the model is unloaded: a time such as 10m, or forever.", valueName: "time"),
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
            let place = unloaded.isEmpty ? "" : " in place of \(unloaded.joined(separator: ", "))"
            let text = wasLoaded ? "\(name) is loaded already" : "\(name) loaded in \(SecondsText.of(took))\(place)"
            let document = ModelLoadDocument(model: name, loadTime: wasLoaded ? nil : took, unloaded: unloaded)
            try options.print(console, document, text: text)
        }
    }

    /// Makes room and returns the models that were unloaded, by name. A model that is not on disk needs no room yet.
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
                throw CommandError(
                    .usage, error.description, hint: "`dirgen-bench models pull \(name)` downloads it, as does --pull")
            }
        }
        _ = try await ModelPull(name: name, console: console).run(control)
        let loading = ContinuousClock.now
        try await control.load(name, keepAlive: keepAlive?.value)
        return loading.duration(to: .now)
    }
}
