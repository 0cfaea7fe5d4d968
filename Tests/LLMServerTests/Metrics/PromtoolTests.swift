import Foundation
import LLMService
import Testing

@testable import LLMServer

/// Prometheus's own reader, where it is installed (Debian: `prometheus`).
@Suite("Exposition, read by promtool", .timeLimit(.minutes(1)))
struct PromtoolTests {
    private static let promtool: URL? = {
        let named = ProcessInfo.processInfo.environment["PROMTOOL"].map { [$0] } ?? []
        return (named + ["/usr/bin/promtool"]).first { FileManager.default.isExecutableFile(atPath: $0) }
            .map { URL(filePath: $0) }
    }()

    private func check(_ text: [UInt8]) throws -> (status: Int32, words: String) {
        let process = Process()
        process.executableURL = Self.promtool
        process.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        // It reads to the end before it writes.
        try input.fileHandleForWriting.write(contentsOf: Data(text))
        try input.fileHandleForWriting.close()
        let words = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: words, as: UTF8.self))
    }

    @Test("every family is as Prometheus asks", .enabled(if: promtool != nil))
    func everyFamily() throws {
        let registry = MetricsRegistry(vocabulary: TelemetryFixture.vocabulary)
        TelemetryFixture.report(to: Telemetry(metrics: registry))
        TelemetryFixture.publish(to: registry)
        let snapshot = registry.snapshot()
        #expect(snapshot.families.filter { $0.points.isEmpty }.map(\.family.name) == [])
        let result = try check(Exposition.bytes(of: snapshot, as: .prometheus))
        #expect(result.status == 0 && result.words.isEmpty, "\(result.words)")
    }

    @Test("what Prometheus asks is checked: a counter without its ending is refused", .enabled(if: promtool != nil))
    func refuses() throws {
        let text = "# HELP dirgen_x X.\n# TYPE dirgen_x counter\ndirgen_x 1\n"
        #expect(try check(Array(text.utf8)).status != 0)
    }
}
