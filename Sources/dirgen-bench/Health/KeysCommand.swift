import ArgumentParser
import DirGenAPI
import DirGenCore

/// Keys of providers: never shown, named by environment variable or by fingerprint.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List, test, cool down and re-enable the keys of providers.",
        discussion: """
            A key is named by the environment variable that holds it, by its fingerprint (or the first four characters of it), or \
            by its provider, which names all of that provider's. Never give the key itself.
            """,
        subcommands: [List.self, Test.self, Cooldown.self, Enable.self], defaultSubcommand: List.self)
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
            case .text where keys.isEmpty: console.say("no key is configured, and none was ever used")
            case .text: console.data(KeysPage(keys, now: now).text)
            }
        }
    }

    struct Test: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Test keys; free unless --call is given.",
            discussion: """
                The free test fetches the provider's list of models: a refused key is retired, an accepted one re-enabled. It \
                does not test credit or limits. --call sends a paid request of one word with at most 16 tokens of answer: its \
                success also ends cooldowns and limits and releases the safety lock.
                Exits 5 when a key does not work.
                """)
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Variables, fingerprints or providers (default: all configured keys).")
        var keys: [String] = []
        @Flag(help: "Send a paid request of one word.")
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
            guard !tests.isEmpty else { throw CommandError(.usage, "no key is configured") }
            switch options.format {
            case .json: try console.json(tests.map(\.document))
            case .text: console.data(tests.map(\.line).joined(separator: "\n"))
            }
            let bad = tests.count { !$0.isGood }
            guard bad == 0 else { throw CommandError(.providerUnusable, "of \(tests.count) keys, \(bad) did not pass") }
        }
    }

    struct Cooldown: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop using keys for a while. A provider's own limits are obeyed without it.", aliases: ["rest"])
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Variables, fingerprints or providers.")
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
        @Argument(help: "Variables, fingerprints or providers.")
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
