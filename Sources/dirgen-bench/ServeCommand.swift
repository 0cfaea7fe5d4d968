import ArgumentParser
import DirGenAPI
import DirGenCore
import LLMCore
import LLMServer
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The command `serve`: the service as an HTTP server.
struct ServeCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer the APIs of OpenAI, Anthropic and Gemini with the service's models.",
        discussion: """
            Prints its address, then runs until Ctrl-C, which lets answers under way end. Point a program at it by its base URL:
                OPENAI_BASE_URL=http://127.0.0.1:8787/v1
                ANTHROPIC_BASE_URL=http://127.0.0.1:8787
                GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8787

            Models: provider/model, a vendor's own name, auto, or auto/TASK. Headers of a request: x-dirgen-task, -cache, -hedge and \
            -fallback (on or off), -max-cost (dollars), -deadline-ms.
            """)

    static let handlesInterrupts = true

    @OptionGroup var common: CommonOptions

    @Option(help: "Address to listen on.", transform: TextArgument.name)
    var host = "127.0.0.1"

    @Option(
        parsing: .unconditional, help: "Port to listen on; 0 takes a free one.",
        transform: NumberArgument.whole(0...65_535))
    var port = 8_787

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

    func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else { throw ValidationError("--tls-cert and --tls-key go together") }
        guard dataset == nil || common.simulate else { throw ValidationError("--dataset needs --simulate") }
    }

    func execute(_ console: Console) async throws {
        ServerMemory.limitHeaps()
        var options = ServerOptions(host: host, port: port)
        if let tlsCert, let tlsKey { options.certificate = CertificateFiles(certificate: tlsCert, key: tlsKey) }
        let telemetry = try telemetry()
        try await common.withService(console, database: .readWrite, dataset: dataset) { dirgen in
            guard !dirgen.callable.isEmpty else { throw CommandError.noProviders(dirgen) }
            try await requireKeys(of: dirgen, options)
            do {
                try await runServer(dirgen, options: options, telemetry: telemetry) { address in
                    console.data("listening on \(address)")
                }
            } catch let error as CertificateError {
                throw CommandError(.usage, error.message)
            } catch {
                throw CommandError(
                    .usage, "cannot listen on \(host):\(port): \(SimulateCommand.reason(error))",
                    hint: "choose another --host or --port; --port 0 takes a free one")
            }
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
            .usage, "\(host) can be reached from other machines, and nobody would have to show a key",
            hint: "issue one first: dirgen-bench keys issue --name NAME; or listen on 127.0.0.1")
    }
}
