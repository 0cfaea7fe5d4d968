import ArgumentParser
import DirGenCore

/// Keys of providers: never shown, named by environment variable or by fingerprint.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Lists, tests, rests and revives the keys of providers.",
        discussion: """
            A key is named by the environment variable that holds it, by its fingerprint (or the first four characters of it), or \
            by its provider, which names all of that provider's. Never give the key itself.
            """,
        subcommands: [List.self, Test.self, Rest.self, Revive.self], defaultSubcommand: List.self)
}

extension KeysCommand {
    struct List: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Each key with its state and how its calls ended; sends nothing.")
        @OptionGroup var options: GlobalOptions
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let now = TimeSource.live.wallMicroseconds()
            let keys = try await common.withService(console, database: .readOnly) { try await $0.keys(now: now) }
            switch options.format {
            case .json: console.json(.array(keys.map(\.json)))
            case .text where keys.isEmpty: console.say("no key is configured, and none was ever used")
            case .text: console.data(KeysPage(keys, now: now).text)
            }
        }
    }

    struct Test: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find out whether keys work; free unless --call is given.",
            discussion: """
                The free look asks for the provider's list of models: a refused key is retired, one that is accepted again \
                revived. It says nothing of credit and limits. --call asks a question of a word, with at most 16 tokens of \
                answer, and pays for it: its success also lifts rests and limits and opens the safety lock.
                Exits 5 when a key does not work.
                """)
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Variables, fingerprints or providers; all configured keys, else.")
        var keys: [String] = []
        @Flag(help: "Ask a question of a word, which is paid for.")
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
            case .json: console.json(.array(tests.map(\.json)))
            case .text: console.data(tests.map(\.line).joined(separator: "\n"))
            }
            let bad = tests.count { !$0.isGood }
            guard bad == 0 else { throw CommandError(.providerUnusable, "of \(tests.count) keys, \(bad) did not pass") }
        }
    }

    struct Rest: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Do not use keys for a while; a limit of the provider's needs no rest, it is kept by itself.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Variables, fingerprints or providers.")
        var keys: [String]
        @Option(
            name: .customLong("for"), parsing: .unconditional,
            help: ArgumentHelp("How long: 30s, 10m, 2h; at most a day.", valueName: "time"),
            transform: NumberArgument.time)
        var time: TimeArgument
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let end = TimeSource.live.wallMicroseconds() + Int64(time.duration.milliseconds * 1_000)
            try await KeysCommand.perform(keys, options, console) { .restKey($0, until: end) }
        }
    }

    struct Revive: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Use keys again: forgets rest, retirement and breaker, without testing them.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Variables, fingerprints or providers.")
        var keys: [String]
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            try await KeysCommand.perform(keys, options, console) { .reviveKey($0) }
        }
    }

    fileprivate static func perform(
        _ names: [String], _ options: GlobalOptions, _ console: Console, _ command: (HealthKey) -> HealthCommand
    ) async throws {
        let events = try await options.common.withService(console, database: .readWrite) { dirgen in
            await dirgen.perform(on: try await dirgen.keys(named: names), command)
        }
        switch options.format {
        case .json: console.json(["changes": .array(events.map(\.json))])
        case .text: console.data(events.isEmpty ? "nothing to change" : events.map(\.words).joined(separator: "\n"))
        }
    }
}
