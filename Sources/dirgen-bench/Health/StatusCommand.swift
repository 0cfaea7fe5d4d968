import ArgumentParser
import DirGenAPI
import DirGenCore

/// The command `status`: shows and resets learnt health.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show and reset the safety lock, breakers, limits, keys and loaded local models.",
        subcommands: [Show.self, Reset.self], defaultSubcommand: Show.self)
}

extension StatusCommand {
    struct Show: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show learnt health. The only requests go to local servers, for their loaded models.")
        @OptionGroup var options: GlobalOptions
        @Flag(help: "Include closed breakers without failures, and limits that block nothing.")
        var all = false
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let status = try await common.withService(console, database: .readOnly) { try await $0.status() }
            switch options.format {
            case .json: try console.json(status.document)
            case .text: console.data(StatusPage(status, showsAll: all || common.verbose).text)
            }
        }
    }

    struct Reset: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Release the safety lock, or close breakers, after a limit was lifted or a server repaired.",
            discussion: "`keys enable` re-enables keys. Running processes see the change with their next call.")
        @OptionGroup var options: GlobalOptions
        @Flag(help: "Release the safety lock.")
        var lock = false
        @Option(
            name: .customLong("breaker"),
            help: ArgumentHelp(
                "Close the breaker of a model, or of a provider and all its models; may be repeated.", valueName: "name"
            ), transform: TextArgument.name)
        var breakers: [String] = []
        var common: CommonOptions { options.common }

        func validate() throws {
            guard lock || !breakers.isEmpty else { throw ValidationError("give --lock, or --breaker NAME") }
        }

        func execute(_ console: Console) async throws {
            let events = try await common.withService(console, database: .readWrite) { dirgen in
                try await dirgen.reset(lock: lock, breakers: breakers)
            }
            switch options.format {
            case .json: try console.json(ChangesDocument(events.map(\.document)))
            case .text:
                console.data(events.isEmpty ? "nothing to reset" : events.map(\.description).joined(separator: "\n"))
            }
        }
    }
}

/// The page of `status`: instants as spans from now.
struct StatusPage {
    private let status: ServiceStatus
    private let showsAll: Bool

    init(_ status: ServiceStatus, showsAll: Bool) {
        self.status = status
        self.showsAll = showsAll
    }

    var text: String {
        let parts = [head, lock, breakers, limits, keys, local].filter { !$0.isEmpty }
        return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n")
    }

    private func when(_ instant: Int64?) -> String {
        instant.map { NumberText.relative($0, to: status.health.now) } ?? NumberText.unknown
    }

    private var head: [String] {
        let environment = status.health.simulated ? "simulated" : "real"
        let place = status.databaseExists ? status.database : "\(status.database) (does not exist yet)"
        var lines = ["environment: \(environment); database: \(place)"]
        for endpoint in status.endpoints { lines.append("  \(endpoint.provider) at \(endpoint.endpoint)") }
        if status.endpoints.isEmpty { lines.append("  no provider is configured") }
        if status.isEmpty {
            lines.append("no live call recorded yet: limits and failures are unknown")
        }
        return lines
    }

    private var lock: [String] {
        let lock = status.health.lock
        guard lock.since != nil || !lock.clouds.isEmpty else { return ["safety lock: released"] }
        let reason = lock.reason.map { ": \($0)" } ?? ""
        let since = lock.since.map { ", \(when($0))" } ?? ""
        var lines: [String] = []
        if lock.isEngaged {
            lines.append("safety lock: ENGAGED\(since)\(reason)")
            lines.append("  released \(when(lock.releasesAt))\(probe(of: lock))")
            if !lock.holds {
                lines.append("  ignored here: a cloud provider configured in this process is not limited")
            }
        } else {
            lines.append("safety lock: released\(lock.since == nil ? "" : " (last change\(since)\(reason))")")
        }
        return lines + lock.clouds.map { "  \($0.provider) is available again \(when($0.until))" }
    }

    private func probe(of lock: HealthReport.Lock) -> String {
        if lock.isProbing { return "; a probe is under way" }
        guard let next = lock.nextProbeAt, next < lock.releasesAt ?? .max else { return "" }
        return "; next probe \(when(max(next, status.health.now)))"
    }

    private var breakers: [String] {
        let all = status.health.breakers
        let shown = all.filter { showsAll || !$0.isPlainlyClosed }
        guard !shown.isEmpty else {
            return all.isEmpty ? [] : ["breakers: \(all.count), all closed (--all lists them)"]
        }
        var table = TextTable([
            ("BREAKER", .left), ("PHASE", .left), ("UNTIL", .left), ("OPENED BY", .left), ("FAILED", .right),
            ("ENDPOINT", .left),
        ])
        for breaker in shown {
            let share = breaker.failureRatio.map { "\(breaker.failed) of \(breaker.calls), \(NumberText.percent($0))" }
            table.add([
                breaker.subject.description, phase(of: breaker), until(of: breaker),
                breaker.lastFailure?.rawValue ?? NumberText.unknown, share ?? NumberText.unknown, breaker.endpoint,
            ])
        }
        return [table.text]
    }

    private func phase(of breaker: HealthReport.Breaker) -> String {
        breaker.isProbing ? "\(breaker.phase.rawValue), probing" : breaker.phase.rawValue
    }

    private func until(of breaker: HealthReport.Breaker) -> String {
        guard let until = breaker.openUntil else { return NumberText.unknown }
        return until > status.health.now ? when(until) : "the next call"
    }

    private var limits: [String] {
        let all = status.health.limits.filter { showsAll || $0.isKnown }
        guard !all.isEmpty else { return [] }
        var table = TextTable([
            ("LIMITS OF", .left), ("KEY", .left), ("LEFT", .left), ("RESET", .left), ("BLOCKED UNTIL", .left),
            ("IN FLIGHT", .right), ("ENDPOINT", .left),
        ])
        for limit in all {
            let window = limit.blockedWindow?.name.map { " (\($0))" } ?? ""
            let blocked = limit.blockedUntil.map { when($0) + window }
            let windows = limit.windows.map { (left(of: $0), when($0.resetAt)) }
            for (index, window) in (windows.isEmpty ? [(NumberText.unknown, NumberText.unknown)] : windows).enumerated()
            {
                let tail = [blocked ?? NumberText.unknown, inFlight(of: limit), limit.endpoint]
                let first = index == 0
                table.add(
                    [first ? limit.model.description : "", first ? limit.key?.rawValue ?? "" : "", window.0, window.1]
                        + (first ? tail : []))
            }
        }
        return [table.text]
    }

    private func left(of window: HealthReport.Limit.Window) -> String {
        let left = window.remaining.map { NumberText.fixed($0.rounded(.down), 0) } ?? NumberText.unknown
        let limit = window.limit.map(String.init) ?? NumberText.unknown
        return "\(left) of \(limit) \(window.resource.rawValue)/\(window.window.rawValue)"
    }

    private func inFlight(of limit: HealthReport.Limit) -> String {
        limit.inFlight == 0 ? "0" : "\(limit.inFlight) (\(limit.reservedTokens) tokens)"
    }

    private var keys: [String] {
        guard !status.keys.isEmpty else { return [] }
        let grouped = Dictionary(grouping: status.keys, by: \.provider).sorted { $0.key < $1.key }
        let parts = grouped.map { provider, keys in
            let conditions = Dictionary(grouping: keys) { $0.word }.mapValues(\.count)
                .sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            return "\(provider) \(conditions.joined(separator: ", "))"
        }
        return ["keys: \(parts.joined(separator: "; ")) (`dirgen-bench keys list`)"]
    }

    private var local: [String] {
        status.localServers.map { server in
            guard let loaded = server.loaded else {
                return "loaded at \(server.endpoint): unknown (\(server.problem ?? "the server does not report it"))"
            }
            let names = loaded.map { "\($0.name)\($0.isInUse ? " (answering)" : $0.isLoading ? " (loading)" : "")" }
            return "loaded at \(server.endpoint): \(names.isEmpty ? "no model" : names.joined(separator: ", "))"
        }
    }
}

extension KeyReport {
    /// Its state, in a word or two.
    fileprivate var word: String {
        guard isConfigured else { return "no longer configured" }
        return condition == .coolingDown ? "cooling down" : condition.rawValue
    }
}
