import AsyncHTTPClient
import DirGenBench
import DirGenCore
import Foundation
import LLMCore
import LLMServer
import NIOCore
import NIOHTTP1
import ProviderSimulator

/// A server over a service, over simulated providers or one that a test plays.
enum GatewayFixture {
    /// A server whose providers are a simulator's.
    static func withSimulatedServer<Value: Sendable>(
        _ scenario: Scenario = .init(), limits: ServerLimits = .init(), keepsDatabase: Bool = false,
        timeScale: Double = 0.001, _ body: @escaping @Sendable (ServerAddress, SimulatorAddress) async throws -> Value
    ) async throws -> Value {
        try await withService(scenario, keepsDatabase: keepsDatabase, timeScale: timeScale) { dirgen, simulator in
            try await LLMServer.withServer(dirgen, options: ServerOptions(port: 0, limits: limits)) { address in
                try await body(address, simulator)
            }
        }
    }

    /// A server over simulated providers that begins runs on `sets/set.jsonl`, with the folder of its files.
    static func withRunServer<Value: Sendable>(
        cases: Int, timeScale: Double = 0.001,
        _ body: @escaping @Sendable (ServerAddress, _ folder: String) async throws -> Value
    ) async throws -> Value {
        try await withService(.init(), keepsDatabase: true, timeScale: timeScale) { dirgen, _ in
            try await withFolder { folder in
                try FileManager.default.createDirectory(
                    atPath: folder + "/data/sets", withIntermediateDirectories: true)
                try benchRows(cases).write(
                    toFile: folder + "/data/sets/set.jsonl", atomically: true, encoding: .utf8)
                let terms = RunTerms(
                    datasets: folder + "/data", maxCost: USD(pico: 5 * USD.picoPerDollar),
                    reports: folder + "/reports", timeScale: timeScale)
                return try await LLMServer.withServer(dirgen, options: ServerOptions(port: 0, runs: terms)) {
                    try await body($0, folder)
                }
            }
        }
    }

    /// A stream's events up to one that holds a text.
    static func events(_ url: String, until end: String) async throws -> String {
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(90))
        var text = ""
        for try await bytes in response.body {
            text += String(buffer: bytes)
            if text.contains(end) { break }
        }
        return text
    }

    /// Rows of a dataset for the architecture task.
    static func benchRows(_ count: Int) -> String {
        (0..<count).map {
            #"{"id":"c\#($0)","task":"architecture","input":"Is it so? \#($0)","assert":[{"type":"regex","value":"."}]}"#
        }.joined(separator: "\n")
    }

    /// A service whose providers are a simulator's, with a database of its own.
    ///
    /// - Parameter yaml: Its configuration file.
    static func withService<Value: Sendable>(
        _ scenario: Scenario = .init(), yaml: String = "", _ body: @escaping @Sendable (DirGen) async throws -> Value
    ) async throws -> Value {
        try await withService(scenario, yaml: yaml, keepsDatabase: true) { dirgen, _ in try await body(dirgen) }
    }

    private static func withService<Value: Sendable>(
        _ scenario: Scenario, yaml: String = "", keepsDatabase: Bool, timeScale: Double = 0.001,
        _ body: @escaping @Sendable (DirGen, SimulatorAddress) async throws -> Value
    ) async throws -> Value {
        try await withSimulator(options: SimulatorOptions(scenario: scenario, timeScale: timeScale)) { simulator in
            try await withFolder { folder in
                try yaml.write(toFile: folder + "/dirgen.yaml", atomically: true, encoding: .utf8)
                let configuration = try load(["DIRGEN_DB": folder + "/dirgen.sqlite"], in: folder).simulated(
                    at: simulator.baseURL(for:), models: SimulatorAddress.models(of:))
                return try await withDirGen(configuration, database: keepsDatabase ? .readWrite : .none) { dirgen in
                    try await body(dirgen, simulator)
                }
            }
        }
    }

    /// A server over a service whose configuration file a test changes.
    ///
    /// - Parameter body: Gets the file's path.
    static func withLiveServer<Value: Sendable>(
        _ scenario: Scenario = .init(), yaml: String, telemetry: ServerTelemetry? = nil,
        _ body: @escaping @Sendable (ServerAddress, String, SimulatorAddress) async throws -> Value
    ) async throws -> Value {
        try await withSimulator(options: SimulatorOptions(scenario: scenario, timeScale: 0.001)) { simulator in
            try await withFolder { folder in
                let file = folder + "/dirgen.yaml"
                try yaml.write(toFile: file, atomically: true, encoding: .utf8)
                let read: @Sendable () throws -> Configuration = {
                    try load(["DIRGEN_DB": folder + "/dirgen.sqlite"], in: folder).simulated(
                        at: simulator.baseURL(for:), models: SimulatorAddress.models(of:))
                }
                return try await withLiveService(read, database: .none) { live in
                    try await LLMServer.withServer(live, telemetry: telemetry) { try await body($0, file, simulator) }
                }
            }
        }
    }

    /// A service whose providers are where the environment says, with a database of its own.
    static func withService<Value: Sendable>(
        environment: [String: String], _ body: @escaping @Sendable (DirGen) async throws -> Value
    ) async throws -> Value {
        try await withFolder { folder in
            let own = environment.merging(["DIRGEN_DB": folder + "/dirgen.sqlite"]) { own, _ in own }
            return try await withDirGen(try load(own), database: .readWrite) { try await body($0) }
        }
    }

    private static func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let folder = NSTemporaryDirectory() + "dirgen-server-" + Identifier.make()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    /// A server whose providers are where the environment says, and its configuration file.
    static func withServer<Value: Sendable>(
        environment: [String: String], yaml: String = "", limits: ServerLimits = .init(),
        _ body: @escaping @Sendable (ServerAddress) async throws -> Value
    ) async throws -> Value {
        try await withFolder { folder in
            try yaml.write(toFile: folder + "/dirgen.yaml", atomically: true, encoding: .utf8)
            return try await withDirGen(try load(environment, in: folder), database: .none) { dirgen in
                try await LLMServer.withServer(dirgen, options: ServerOptions(port: 0, limits: limits), body)
            }
        }
    }

    private static func load(
        _ environment: [String: String], in folder: String = NSTemporaryDirectory()
    ) throws -> Configuration {
        try Configuration.load(
            environment: environment.merging(["HOME": folder]) { own, _ in own }, directory: folder)
    }

    /// A request by a client that knows nothing of us.
    static func send(
        _ method: HTTPMethod, _ url: String, body: String = "", headers: [(String, String)] = [],
        contentType: String? = "application/json"
    ) async throws -> (status: UInt, headers: HTTPHeaders, body: String) {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = HTTPHeaders(headers + (contentType.map { [("content-type", $0)] } ?? []))
        if !body.isEmpty { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 8 << 20)
        return (response.status.code, response.headers, String(buffer: bytes))
    }
}
