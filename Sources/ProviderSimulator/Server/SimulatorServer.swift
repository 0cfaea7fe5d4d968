import Hummingbird
import HummingbirdCore
package import LLMCore
import Logging
import NIOCore
import ServerConnections
import ServiceLifecycle
import UnixSignals

/// The address a simulator listens on.
package struct SimulatorAddress: Sendable, Hashable {
    package let host: String
    package let port: Int

    /// `http://127.0.0.1:8080`.
    package var origin: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// A provider's base URL, spelled as its vendor's SDK spells it; `nil` for a provider that is not played.
    package func baseURL(for provider: ProviderID) -> String? {
        ProviderFace.of(provider).map { origin + $0.basePath }
    }

    /// Environment variables that send our programs and the vendors' SDKs here; any key will do.
    package var environment: [(name: String, value: String)] {
        ProviderFace.all.flatMap { face -> [(name: String, value: String)] in
            let addresses = face.addressVariables.map { ($0, origin + face.basePath) }
            return addresses + (face.keyVariable.map { [($0, "simulated")] } ?? [])
        }
    }

    /// Providers played, in their usual order.
    package static var providers: [ProviderID] { ProviderFace.all.map(\.provider) }

    /// Models played of a provider without a scenario, the cheap one first; of the local one those that need no pull.
    package static func models(of provider: ProviderID) -> [ModelID] {
        SimulatedModels.builtIn.map(\.id).filter { model in
            model.provider == provider && (provider != .local || SimulatedModels.pulledLocally.contains(model.name))
        }
    }
}

/// Runs a simulator as long as `body` runs, on a port of this machine.
///
/// ```swift
/// try await withSimulator(options: .init(timeScale: 0.05)) { address in
///     let url = address.baseURL(for: "openai")
/// }
/// ```
/// - Throws: What `body` throws, or why the port could not be taken.
package func withSimulator<Result: Sendable>(
    options: SimulatorOptions = .init(), _ body: (SimulatorAddress) async throws -> Result
) async throws -> Result {
    let (addresses, found) = AsyncStream<SimulatorAddress>.makeStream()
    let application = SimulatorServer.application(options) { found.yield($0) }
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            // Ends the wait below also when the server never came up.
            defer { found.finish() }
            try await application.run()
        }
        for await address in addresses {
            do {
                let result = try await body(address)
                group.cancelAll()
                await SimulatorServer.drain(&group)
                return result
            } catch {
                group.cancelAll()
                await SimulatorServer.drain(&group)
                throw error
            }
        }
        try await group.waitForAll()
        throw CancellationError()
    }
}

/// Runs a simulator until SIGINT or SIGTERM, which lets streams in flight end within three seconds.
///
/// - Parameter ready: Called once it listens.
/// - Throws: Why the port could not be taken.
package func runSimulator(
    options: SimulatorOptions, ready: @escaping @Sendable (SimulatorAddress) -> Void
) async throws {
    let application = SimulatorServer.application(options, ready: ready)
    try await SimulatorServer.runService(application)
}

enum SimulatorServer {
    static func application(
        _ options: SimulatorOptions, ready: @escaping @Sendable (SimulatorAddress) -> Void
    ) -> Application<SimulatorResponder> {
        var logger = Logger(label: "dirgen.simulator")
        // Its end by cancellation is its usual end and would be logged as an error; a port that is taken is thrown.
        logger.logLevel = .critical
        return Application(
            responder: SimulatorResponder(simulator: Simulator(options)),
            server: HTTPServerBuilder { responder in
                AcceptedChannel(
                    HTTP1Channel(responder: responder, configuration: .init(additionalChannelHandlers: [HeadJoiner()])))
            },
            configuration: .init(address: .hostname(options.host, port: options.port), serverName: nil, backlog: 1_024),
            onServerRunning: { channel in
                guard let port = channel.localAddress?.port else { return }
                ready(SimulatorAddress(host: options.host, port: port))
            }, logger: logger)
    }

    /// The server's own error at its end tells nothing: it was cancelled.
    static func drain(_ group: inout ThrowingTaskGroup<Void, any Error>) async {
        while let result = await group.nextResult() { _ = result }
    }
}

extension SimulatorServer {
    static func runService(_ application: Application<SimulatorResponder>) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: application.logger)
        configuration.maximumGracefulShutdownDuration = .seconds(3)
        try await ServiceGroup(configuration: configuration).run()
    }
}
