import ArgumentParser
import DirGenAPI
import DirGenCore

/// The command `keys`: keys of providers, named by environment variable or fingerprint, never shown; and the virtual keys of the server.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "List, test, cool down and re-enable the keys of providers; issue and revoke virtual keys.",
        discussion: """
            Name a key of a provider by its environment variable, or by its fingerprint or the first four characters of it. The name of a \
            provider stands for all its keys. Never give the key itself. Virtual keys are those that clients of the server present: `keys issue`, \
            `keys issued`, `keys revoke`.
            """,
        subcommands: [
            List.self, Test.self, Cooldown.self, Enable.self, Issue.self, Issued.self, Revoke.self,
        ], defaultSubcommand: List.self)
}

extension KeysCommand {
    struct List: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "List each key with its state and the outcomes of its calls; send nothing.")
        @OptionGroup var options: GlobalOptions
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let now = TimeSource.live.wallMicroseconds()
            let keys = try await common.withService(console, database: .readOnly) { try await $0.keys(now: now) }
            switch options.format {
            case .json: try console.json(keys.map(\.document))
            case .text where keys.isEmpty:
                console.say("no key is configured or recorded; set one, such as OPENAI_API_KEY")
            case .text: console.data(KeysPage(keys, now: now).text)
            }
        }
    }

    struct Test: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Test keys; free unless --call is given.",
            discussion: """
                The free test fetches the provider's list of models. It retires a refused key and re-enables an accepted one. \
                It does not test credit or limits. --call sends a paid one-word request with at most 16 output tokens. Its \
                success also ends cooldowns and limits, and releases the safety lock.
                Exits 5 when a key does not work.
                """)
        @OptionGroup var options: GlobalOptions
        @Argument(
            help: "Variables, fingerprints or providers (default: all configured keys).", transform: TextArgument.name)
        var keys: [String] = []
        @Flag(help: "Send a paid one-word request.")
        var call = false
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let tests = try await common.withService(console, database: .readWrite) { dirgen in
                let chosen = try await keys.isEmpty ? dirgen.keys().filter(\.isConfigured) : dirgen.keys(named: keys)
                var tests: [KeyTest] = []
                for key in chosen {
                    tests.append(call ? try await dirgen.ask(with: key) : await dirgen.look(with: key))
                }
                return tests
            }
            guard !tests.isEmpty else {
                throw CommandError(.usage, "no key is configured", hint: "`dirgen-bench doctor` names the variables")
            }
            switch options.format {
            case .json: try console.json(tests.map(\.document))
            case .text: console.data(tests.map(\.line).joined(separator: "\n"))
            }
            let bad = tests.count { !$0.isGood }
            guard bad == 0 else { throw CommandError(.providerUnusable, "\(bad) of \(tests.count) keys do not work") }
        }
    }

    struct Cooldown: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop using keys for a while. Limits that a provider reports need no cooldown.", aliases: ["rest"]
        )
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Variables, fingerprints or providers.", transform: TextArgument.name)
        var keys: [String]
        @Option(
            name: .customLong("for"), parsing: .unconditional,
            help: ArgumentHelp("Duration: 30s, 10m, 2h; at most a day.", valueName: "time"),
            transform: NumberArgument.time)
        var time: TimeArgument
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let end = TimeSource.live.wallMicroseconds() + Int64(time.duration.milliseconds * 1_000)
            try await KeysCommand.perform(keys, options, console) { .coolDownKey($0, until: end) }
        }
    }

    struct Enable: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Use keys again: end their cooldown, retirement and breaker, without a test.", aliases: ["revive"]
        )
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Variables, fingerprints or providers.", transform: TextArgument.name)
        var keys: [String]
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            try await KeysCommand.perform(keys, options, console) { .enableKey($0) }
        }
    }

    fileprivate static func perform(
        _ names: [String], _ options: GlobalOptions, _ console: Console, _ command: (HealthKey) -> HealthCommand
    ) async throws {
        let events = try await options.common.withService(console, database: .readWrite) { dirgen in
            await dirgen.perform(on: try await dirgen.keys(named: names), command)
        }
        switch options.format {
        case .json: try console.json(ChangesDocument(events.map(\.document)))
        case .text:
            console.data(events.isEmpty ? "nothing to change" : events.map(\.description).joined(separator: "\n"))
        }
    }
}

/// The page of `keys list`.
struct KeysPage {
    let text: String

    init(_ keys: [KeyReport], now: Int64) {
        var table = TextTable([
            ("PROVIDER", .left), ("KEY", .left), ("FROM", .left), ("STATE", .left), ("USES", .right), ("OK", .right),
            ("FAILED", .left), ("LAST USED", .left), ("LAST LIMITED", .left), ("QUOTA GROUP", .left),
        ])
        func when(_ instant: Int64?) -> String {
            instant.map { NumberText.relative($0, to: now) } ?? NumberText.unknown
        }
        for key in keys {
            let state = key.health?.state
            table.add([
                key.provider.rawValue, key.fingerprint.rawValue, key.variable ?? NumberText.unknown,
                KeysPage.condition(of: key, now: now), String(state?.uses ?? 0), String(state?.successes ?? 0),
                KeysPage.failures(state), when(state?.lastUsedAt), when(state?.lastLimitedAt),
                key.quotaGroup ?? NumberText.unknown,
            ])
        }
        text = table.text
    }

    /// `limited until 2026-11-23 14:22:05 UTC (in 42 s, window: minute) for groq/a`, `cooling down until …`, `retired: auth, tried again …`.
    private static func condition(of key: KeyReport, now: Int64) -> String {
        let because = key.health?.because.map { ": \($0.rawValue)" } ?? ""
        let learnt =
            switch key.condition {
            case .limited: "limited " + key.limits.map { hold($0, now: now) }.joined(separator: "; ")
            case .coolingDown: "cooling down" + (key.until.map { " until \(instant($0, now: now)))" } ?? "")
            case .retired, .failing: key.condition.rawValue + because + again(key.until, now: now)
            case .unused, .healthy: key.condition.rawValue
            }
        return key.isConfigured ? learnt : "no longer configured at \(key.endpoint); was \(learnt)"
    }

    private static func hold(_ limit: HealthReport.Limit, now: Int64) -> String {
        let window = limit.blockedWindow?.name.map { ", window: \($0)" } ?? ""
        return "until \(instant(limit.blockedUntil ?? now, now: now))\(window)) for \(limit.model)"
    }

    /// Without the closing bracket.
    private static func instant(_ instant: Int64, now: Int64) -> String {
        "\(NumberText.timestamp(microseconds: instant)) (\(NumberText.relative(instant, to: now))"
    }

    private static func again(_ until: Int64?, now: Int64) -> String {
        guard let until else { return "" }
        return until > now ? ", tried again \(NumberText.relative(until, to: now))" : ", tried with the next call"
    }

    private static func failures(_ state: KeyState?) -> String {
        guard let state, !state.failures.isEmpty else { return "0" }
        return state.failures.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
            .joined(separator: ", ")
    }
}

extension KeyTest {
    private var name: String { "\(key.provider) \(key.fingerprint)" + (key.variable.map { " (\($0))" } ?? "") }

    private var cost: USD? {
        switch result {
        case .answered, .impossible: .zero
        case .asked(let attempt): attempt.cost.settled
        }
    }

    private var finding: String {
        switch result {
        case .answered(.usable(let models)):
            "accepted" + (models.map { ", \($0.count) models" } ?? ", no list of models") + "; free"
        case .answered(.unusable(let outcome, let message)): "\(outcome.rawValue): \(message); free"
        case .impossible(let reason): "not tested: \(reason)"
        case .asked(let attempt):
            "\(attempt.report.outcome.rawValue) of \(attempt.report.model)"
                + (attempt.report.failure.map { ": \($0.message)" } ?? "") + "; "
                + (cost.map { "\($0) USD" } ?? "cost unknown")
        }
    }

    var line: String {
        let time = Int(duration.milliseconds.rounded())
        return
            (["\(isGood ? "ok  " : "FAIL") \(name): \(finding) (\(time) ms)"]
            + events.map { "       \($0.description)" })
            .joined(separator: "\n")
    }

    var document: KeyTestDocument {
        KeyTestDocument(
            provider: key.provider, fingerprint: key.fingerprint, variable: key.variable, isGood: isGood,
            finding: finding, cost: cost, duration: duration, changes: events.map(\.document))
    }
}
