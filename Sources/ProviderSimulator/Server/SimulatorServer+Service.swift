import Hummingbird
import ServiceLifecycle
import UnixSignals

extension SimulatorServer {
    static func runService(_ application: Application<SimulatorResponder>) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: application.logger)
        configuration.maximumGracefulShutdownDuration = .seconds(3)
        try await ServiceGroup(configuration: configuration).run()
    }
}
