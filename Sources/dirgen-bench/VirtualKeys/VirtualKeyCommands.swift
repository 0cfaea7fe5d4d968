import ArgumentParser
import DirGenAPI
import DirGenCore
import LLMCore
import LLMService

extension KeysCommand {
    struct Issue: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue a virtual key for clients of the server.",
            discussion: """
                Prints the secret on standard output, once: only a hash of it is stored. As soon as one key was issued, the server \
                refuses requests without a key, on loopback too.
                """)
        @OptionGroup var options: GlobalOptions
        @Option(help: "Name of the key, unique among those in use.", transform: TextArgument.name)
        var name: String
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Most that all its requests may cost (default: no limit).", valueName: "usd"),
            transform: NumberArgument.dollars)
        var budget: USD?
        @Option(
            help: ArgumentHelp(
                "Models it may ask for: provider/model, provider/*, auto, auto/TASK, an alias; separated by commas (default: all).",
                valueName: "patterns"), transform: ModelPatterns.init)
        var models: ModelPatterns?
        @Option(
            parsing: .unconditional, help: ArgumentHelp("Requests a minute (default: no limit).", valueName: "n"),
            transform: NumberArgument.whole(1...10_000_000))
        var rpm: Int?
        @Option(
            parsing: .unconditional, help: ArgumentHelp("Tokens a minute (default: no limit).", valueName: "n"),
            transform: NumberArgument.whole(1...1_000_000_000_000))
        var tpm: Int?
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "End of its validity: a time from now (12h, 30d, 2w) or the start of a day in UTC (default: none).",
                valueName: "30d|date"), transform: Expiry.init)
        var expires: Expiry?
        @Option(help: "Role: use sends requests, admin also manages the service.")
        var role: VirtualKey.Role = .use
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let now = TimeSource.live.wallMicroseconds()
            let configuration = try common.configuration()
            for pattern in models?.patterns ?? [] where configuration.pattern(pattern.description) == nil {
                throw CommandError(
                    .usage, "'\(pattern)' is no alias of the configuration",
                    hint: "write a model as provider/model")
            }
            let order = VirtualKeyOrder(
                name: name, role: role,
                limits: VirtualKey.Limits(
                    budget: budget, models: models?.patterns ?? [], requestsPerMinute: rpm, tokensPerMinute: tpm),
                expiresAt: expires?.instant(now: now))
            guard let registry = try configuration.virtualKeys(.readWrite) else {
                throw CommandError(.usage, "there is no database to write to")
            }
            let issued = try await registry.issue(order)
            switch options.format {
            case .json: try console.json(IssuedKeyDocument(issued.key, secret: issued.secret, now: now))
            case .text:
                console.say("issued the key \(issued.key): \(issued.key.limitsText); its secret is not shown again")
                console.data(issued.secret.reveal())
            }
        }
    }

    struct Issued: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the virtual keys with their limits and usage; show no secret.")
        @OptionGroup var options: GlobalOptions
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let now = TimeSource.live.wallMicroseconds()
            let keys = try await common.configuration().virtualKeys(.readOnly)?.list() ?? []
            switch options.format {
            case .json: try console.json(keys.map { VirtualKeyDocument($0, now: now) })
            case .text where keys.isEmpty:
                console.say("no virtual key was issued; `dirgen-bench keys issue --name NAME` issues one")
            case .text: console.data(VirtualKeysPage(keys, now: now).text)
            }
        }
    }

    struct Revoke: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a virtual key for good.",
            discussion: "Running servers refuse it within about a second. Requests in flight end as usual.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Name, id or fingerprint of the key; never the secret.", transform: TextArgument.name)
        var key: String
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            // A database is not made to find nothing in it.
            let configuration = try common.configuration()
            guard try configuration.virtualKeys(.readOnly) != nil,
                let registry = try configuration.virtualKeys(.readWrite)
            else {
                throw CommandError(
                    .usage, "no virtual key was issued", hint: "`dirgen-bench keys list` lists the keys of providers")
            }
            let revoked = try await registry.revoke(named: key)
            switch options.format {
            case .json:
                try console.json(VirtualKeyDocument(revoked, now: TimeSource.live.wallMicroseconds()))
            case .text: console.data("revoked the key \(revoked)")
            }
        }
    }
}

/// The models that a virtual key may ask for, separated by commas.
struct ModelPatterns: Sendable {
    let patterns: [ModelPattern]

    init(_ text: String) throws {
        patterns = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let pattern = ModelPattern(String(part.trimmingPrefix { $0 == " " })) else {
                throw ValidationError(
                    "expected provider/model, provider/*, auto, auto/TASK or an alias, separated by commas")
            }
            return pattern
        }
    }
}

/// The end of a virtual key's validity: a time from now, or an instant.
enum Expiry: Sendable, Hashable {
    case after(microseconds: Int64)
    case at(Int64)

    init(_ text: String) throws {
        if let age = Age(argument: text), age.microseconds > 0 {
            self = .after(microseconds: age.microseconds)
        } else if let instant = CalendarDay(text)?.microseconds ?? RFC3339.microseconds(text) {
            self = .at(instant)
        } else {
            throw ValidationError("expected a time from now, such as 12h, 30d or 2w, or a day, such as 2027-01-31")
        }
    }

    func instant(now: Int64) -> Int64 {
        switch self {
        case .after(let time): now + time
        case .at(let instant): instant
        }
    }
}
