import ArgumentParser
import DirGenAPI
import DirGenCore

/// `models pull`: fetches a model, and says how far it is.
struct ModelsPullCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Download a model.",
        discussion: "Ctrl-C stops; the server keeps what has arrived, and the next pull continues from there.")

    @OptionGroup var options: LocalModelOptions
    @Argument(help: "Such as ai/smollm3 or hf.co/org/model.")
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

/// One pull, shown while it goes on.
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
            case .warning(let words):
                result.warnings.append(words)
                display.close()
                console.warn(words)
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
