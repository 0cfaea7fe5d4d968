import ArgumentParser
import DirGenAPI
import DirGenBench
import DirGenCore
import LLMCore
import LLMProviders
import LLMServer
import Logging
import ProviderSimulator

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The command `serve`: the service as an HTTP server.
struct ServeCommand: DirgenCommand, ListeningCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer the APIs of OpenAI, Anthropic and Gemini with the service's models.",
        discussion: """
            Prints its address, then runs until Ctrl-C, which lets answers under way end; a change of dirgen.yaml counts for the next \
            request, as SIGHUP reads it again. Point a program at it by its base URL:
                OPENAI_BASE_URL=http://127.0.0.1:8787/v1
                ANTHROPIC_BASE_URL=http://127.0.0.1:8787
                GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8787

            Models: provider/model, a vendor's own name, auto, auto/TASK, or an alias of dirgen.yaml. Headers of a request: \
            x-dirgen-task, -profile, -cache, -hedge and -fallback (on or off), -max-cost (dollars), -deadline-ms.
            """)

    static let handlesInterrupts = true
    static let usualPort = 8_787

    @OptionGroup var common: CommonOptions

    @OptionGroup var listen: ListenOptions<ServeCommand>

    @Option(
        help: ArgumentHelp("Certificate chain in PEM; read again when it changes.", valueName: "file"),
        transform: TextArgument.file)
    var tlsCert: String?

    @Option(
        help: ArgumentHelp("Private key of the certificate, in PEM.", valueName: "file"), transform: TextArgument.file)
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "With --simulate: dataset whose reference answers the simulator returns.", valueName: "file"),
        transform: TextArgument.file)
    var dataset: String?

    @Option(
        help: ArgumentHelp(
            "Folder of datasets: clients may begin runs on its files, in the simulator or for money. Without it they may not.",
            valueName: "dir"), transform: TextArgument.folder)
    var runsFrom: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Most that one run of a client may be allowed to spend (default 1).", valueName: "usd"),
        transform: NumberArgument.dollars)
    var maxRunCost: USD?

    @Option(
        help: ArgumentHelp("Folder for the reports of such runs.", valueName: "dir"), transform: TextArgument.folder)
    var out = "reports"

    func validate() throws {
        guard maxRunCost == nil || runsFrom != nil else { throw ValidationError("--max-run-cost needs --runs-from") }
        guard (tlsCert == nil) == (tlsKey == nil) else { throw ValidationError("--tls-cert and --tls-key go together") }
        guard dataset == nil || common.simulate else { throw ValidationError("--dataset needs --simulate") }
    }

    func execute(_ console: Console) async throws {
        ServerMemory.limitHeaps()
        var options = ServerOptions(host: listen.host, port: listen.port)
        if let tlsCert, let tlsKey { options.certificate = CertificateFiles(certificate: tlsCert, key: tlsKey) }
        if let runsFrom {
            var isFolder = false
            guard FileManager.default.fileExists(atPath: runsFrom, isDirectory: &isFolder), isFolder else {
                throw CommandError(.usage, "--runs-from: there is no folder \(runsFrom)")
            }
        }
        options.runs = runTerms
        let telemetry = try telemetry()
        try await common.withLiveService(console, database: .readWrite, dataset: dataset, adjust: Self.adjust) { live in
            let dirgen = live.current
            guard dirgen.canCall else { throw CommandError.noProviders(dirgen) }
            try await requireKeys(of: dirgen, options)
            do {
                try await runServer(live, options: options, telemetry: telemetry) { address in
                    console.data("listening on \(address)")
                }
            } catch let error as CertificateError {
                throw CommandError(.usage, error.message)
            } catch {
                throw listen.failure(error)
            }
        }
    }

    /// Calls are written in batches, and the connections of clients and providers share their event loops.
    @Sendable private static func adjust(_ configuration: inout Configuration) {
        configuration.pace = .server
        configuration.transport.eventLoops = .shared
    }

    private var runTerms: RunTerms? {
        runsFrom.map { folder in
            RunTerms(
                datasets: folder, maxCost: maxRunCost ?? USD(pico: USD.picoPerDollar), reports: out,
                timeScale: common.simulate ? SimulatorOptions.builtInTimeScale : 1)
        }
    }

    /// Before the service is made, which reports to it.
    private func telemetry() throws -> ServerTelemetry {
        do {
            let telemetry = try ServerTelemetry(
                environment: ProcessInfo.processInfo.environment, logger: Logger(label: "dirgen.telemetry"))
            telemetry.install()
            return telemetry
        } catch {
            throw CommandError(.usage, "\(error)")
        }
    }

    /// Beyond this machine nobody may be served without a key.
    private func requireKeys(of dirgen: DirGen, _ options: ServerOptions) async throws {
        guard !options.isLoopback, try await dirgen.virtualKeys?.list().isEmpty ?? true else { return }
        throw CommandError(
            .usage, "\(listen.host) can be reached from other machines, and nobody would have to show a key",
            hint: "issue one first: dirgen-bench keys issue --name NAME; or listen on 127.0.0.1")
    }
}
