import ArgumentParser
import BenchCore
import DirGenAPI
import LLMCore

/// The command `log`: the live calls of all processes, recorded and, with `--follow`, new ones.
struct LogCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "List live calls, one a line; --follow streams new ones.")

    @OptionGroup var global: GlobalOptions
    @Option(
        name: .shortAndLong, parsing: .unconditional, help: "Maximum number of recorded calls.",
        transform: NumberArgument.whole(0...1_000_000))
    var limit = 20
    @Flag(name: .shortAndLong, help: "Print new calls as they end, until Ctrl-C.")
    var follow = false

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let store = try await follow ? awaitedStore(console) : common.requiredStore()
        let past = try await store.liveCalls(after: nil, limit: limit)
        var last = past.last?.sequence ?? 0
        var underWay = past.map(\.call).filter { !$0.hasEnded }.map(\.id)
        for (_, call) in past { try print(call, console) }
        if past.isEmpty, limit > 0 {
            console.say("no live calls in \(store.location)\(follow ? " yet: waiting for the first" : "")")
        }
        while follow {
            try await Task.sleep(for: .milliseconds(200))
            var settled: [LoggedCall] = []
            for id in underWay {
                if let call = try await store.call(matching: id.rawValue), call.hasEnded { settled.append(call) }
            }
            for (sequence, call) in try await store.liveCalls(after: last, limit: 1_000) {
                last = sequence
                if call.hasEnded { settled.append(call) } else { underWay.append(call.id) }
            }
            let done = Set(settled.map(\.id))
            underWay.removeAll { done.contains($0) }
            for call in settled { try print(call, console) }
        }
    }

    /// The database, as soon as the first call of any process has made it.
    private func awaitedStore(_ console: Console) async throws -> any BenchStore {
        var hasSaid = false
        while true {
            if let store = try common.existingStore() { return store }
            if !hasSaid {
                console.say("there is no database at \(try common.databasePath()) yet: waiting for the first call")
            }
            hasSaid = true
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func print(_ call: LoggedCall, _ console: Console) throws {
        switch global.format {
        case .json: try console.jsonLine(LoggedCallDocument(call))
        case .text: console.data(TerminalText.safe(call.line))
        }
    }
}

extension LoggedCall {
    /// One line of `log`.
    var line: String {
        let when = NumberText.timestamp(microseconds: startedAt)
        let who = model?.description ?? attempts.last?.model.description ?? "no model"
        let task = String((task?.rawValue ?? "").map { $0.isNewline ? " " : $0 })
        let time = duration.map { " · \(Int($0.milliseconds.rounded())) ms" } ?? ""
        let tries = attempts.count > 1 ? " · \(attempts.count) attempts" : ""
        return "\(when)  \(id)  \(task)  \(who)  \(how)\(time)\(tries) · \(costText)"
            + (simulated ? " · simulated" : "")
    }

    /// The call is over.
    var hasEnded: Bool { isClosed || isInterrupted == true }

    /// The outcome. A call without any attempt was given up by the service, whatever its class.
    private var how: String {
        guard isClosed else {
            return switch isInterrupted {
            case true?: "interrupted: its process ended first"
            case false?: "under way"
            case nil: "under way, or its process was killed"
            }
        }
        if outcome == .cancelled, attempts.isEmpty, error != nil { return "not sent" }
        let source = decision.cache?.kind.sourceText.map { ", \($0)" } ?? ""
        return (outcome?.rawValue ?? "unknown") + source
    }

    private var costText: String { CostText.words(cost, atMost: costAtMost) }
}

extension CacheUse.Kind {
    /// The source of an answer for which no model was called; `nil` when one was.
    var sourceText: String? {
        switch self {
        case .hit: "cached"
        case .stale: "cached, expired"
        case .shared: "shared with another call"
        case .miss: nil
        }
    }
}
