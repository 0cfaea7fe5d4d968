import BenchCore
import DirGenAPI
import DirGenCore
import LLMCore
import Logging
import ProviderSimulator

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension CommonOptions {
    /// The configuration these options and the environment give, real providers only.
    func configuration() throws -> Configuration {
        try Configuration.load(.init(file: config, database: db, caFile: caFile))
    }

    /// Runs `body` with a live service: of the configured providers, or with `--simulate` of a simulator in this process.
    ///
    /// - Parameter dataset: Whose references the simulator knows.
    func withService<Value: Sendable>(
        _ console: Console, database: DatabaseUse, dataset: String? = nil, _ body: (DirGen) async throws -> Value
    ) async throws -> Value {
        let configuration = try configuration()
        let logger = Logger(label: "dirgen")
        guard simulate else {
            return try await withDirGen(configuration, database: database, logger: logger, body)
        }
        let references = try simulatorReferences(dataset)
        console.say("simulated: answers come from the built-in simulator", .dim)
        return try await withSimulator(options: SimulatorOptions(references: references)) { address in
            try await withDirGen(
                configuration.simulated(at: address.baseURL(for:), models: SimulatorAddress.models(of:)),
                database: database, logger: logger, body)
        }
    }

    /// The references of a dataset; without one those of the dataset that comes with the program, when it is at hand.
    private func simulatorReferences(_ dataset: String?) throws -> [SimulatorReference] {
        let usual = "datasets/architecture.jsonl"
        guard let path = dataset ?? (FileManager.default.fileExists(atPath: usual) ? usual : nil) else { return [] }
        return try SimulatorReference.read(dataset: path)
    }
}

extension SimulatorReference {
    /// The cases of a dataset that have a reference answer.
    static func read(dataset path: String) throws -> [SimulatorReference] {
        do {
            return try DatasetReader.read(path: path).cases.compactMap { row in
                row.reference.map { SimulatorReference(messages: row.messages, answer: $0, task: row.task) }
            }
        } catch { throw CommandError(.usage, error.description) }
    }
}
