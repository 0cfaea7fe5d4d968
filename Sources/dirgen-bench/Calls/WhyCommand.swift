import ArgumentParser
import DirGenAPI
import LLMCore

/// `why`: everything that led to an answer.
struct WhyCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Explain a call: candidates, attempts, waits, costs.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A call, the beginning of its name, or `latest`.")
    var call = "latest"

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let call = try await common.requiredStore().requiredCall(call)
        switch global.format {
        case .json: try console.json(LoggedCallDocument(call))
        case .text: console.data(call.page)
        }
    }
}

extension CallLog {
    /// The call that a user named.
    func requiredCall(_ text: String) async throws -> LoggedCall {
        guard let call = try await call(matching: text) else {
            let what = text == "latest" ? "no live call yet" : "no call \(text)"
            throw CommandError(.usage, "there is \(what)", hint: "`dirgen-bench log` names them")
        }
        return call
    }
}
