import LLMCore
import Logging
import Testing

@testable import LLMServer

@Suite("Telemetry of a server", .timeLimit(.minutes(1)))
struct ServerTelemetryTests {
    private static let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func telemetry(
        _ environment: [String: String], readings: [MetricsScrape.Reading] = []
    ) throws -> ServerTelemetry {
        try ServerTelemetry(
            environment: environment, version: "1.2", swift: "6.3", logger: Self.quietLogger, readings: readings,
            transport: { _ in OTLPResponse(status: 200) })
    }

    @Test("a scrape shows the program, the process and what the server adds")
    func scrape() async throws {
        let telemetry = try telemetry(
            [:],
            readings: [{ GaugeReadings.publish(tables: ["general": 0], now: 2_000_000, to: $0) }])
        telemetry.requests.requestBegan()
        let body = await telemetry.scrape.response(accept: nil).body
        let text = String(decoding: body, as: UTF8.self)
        for line in [
            #"dirgen_build_info{version="1.2",swift="6.3"} 1"#, "dirgen_server_requests_in_flight 1",
            #"dirgen_selection_table_age_seconds{task="general"} 2"#,
        ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
        #if os(Linux)
            #expect(text.contains("\nprocess_open_fds "))
        #endif
        #expect(telemetry.exporter == nil)
    }

    @Test("a collector in the environment is exported to, and a variable that cannot be used is an error")
    func environment() throws {
        let address = "OTEL_EXPORTER_OTLP_ENDPOINT"
        #expect(try telemetry([address: "http://collector:4318"]).exporter?.tracer != nil)
        #expect(throws: OTLPConfigurationError.endpoint(variable: address)) {
            try self.telemetry([address: "collector"])
        }
    }
}
