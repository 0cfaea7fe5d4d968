import AsyncHTTPClient
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
        _ body: @escaping @Sendable (ServerAddress, SimulatorAddress) async throws -> Value
    ) async throws -> Value {
        try await withService(scenario, keepsDatabase: keepsDatabase) { dirgen, simulator in
            try await LLMServer.withServer(dirgen, options: ServerOptions(port: 0, limits: limits)) { address in
                try await body(address, simulator)
            }
        }
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
        _ scenario: Scenario, yaml: String = "", keepsDatabase: Bool,
        _ body: @escaping @Sendable (DirGen, SimulatorAddress) async throws -> Value
    ) async throws -> Value {
        try await withSimulator(options: SimulatorOptions(scenario: scenario, timeScale: 0.001)) { simulator in
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
        _ scenario: Scenario = .init(), yaml: String,
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
                    try await LLMServer.withServer(live) { try await body($0, file, simulator) }
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

    /// A server whose providers are where the environment says.
    static func withServer<Value: Sendable>(
        environment: [String: String], _ body: @escaping @Sendable (ServerAddress) async throws -> Value
    ) async throws -> Value {
        try await withDirGen(try load(environment), database: .none) { dirgen in
            try await LLMServer.withServer(dirgen, body)
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
        _ method: HTTPMethod, _ url: String, body: String = "", headers: [(String, String)] = []
    ) async throws -> (status: UInt, headers: HTTPHeaders, body: String) {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = HTTPHeaders(headers + [("content-type", "application/json")])
        if !body.isEmpty { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 8 << 20)
        return (response.status.code, response.headers, String(buffer: bytes))
    }
}
