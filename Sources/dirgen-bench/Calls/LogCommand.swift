import ArgumentParser
import LLMCore
import SQLiteStore

/// `log`: live calls as they were made, or as they are being made by any process.
struct LogCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "List live calls, a line each; --follow goes on with new ones.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .shortAndLong, help: "How many past calls, at most.")
    var limit = 20
    @Flag(name: .shortAndLong, help: "Go on until Ctrl-C.")
    var follow = false

    var common: CommonOptions { global.common }

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    func execute(_ console: Console) async throws {
        let store = try common.requiredStore()
        let past = try await store.liveCalls(after: nil, limit: limit)
        var last = past.last?.sequence ?? 0
        var underWay: [CallID] = []
        for (_, call) in past { print(call, console) }
        if past.isEmpty, !follow, limit > 0 { console.say("no live calls in \(store.path)") }
        while follow {
            try await Task.sleep(for: .milliseconds(200))
            var settled: [LoggedCall] = []
            for id in underWay {
                if let call = try await store.call(matching: id.rawValue), call.isClosed { settled.append(call) }
            }
            for (sequence, call) in try await store.liveCalls(after: last, limit: 1_000) {
                last = sequence
                if call.isClosed { settled.append(call) } else { underWay.append(call.id) }
            }
            let done = Set(settled.map(\.id))
            underWay.removeAll { done.contains($0) }
            for call in settled { print(call, console) }
        }
    }

    private func print(_ call: LoggedCall, _ console: Console) {
        switch global.format {
        case .json: console.data(call.json.text)
        case .text: console.data(TerminalText.safe(call.line))
        }
    }
}
