import BenchCore
import BenchFormats
import DirGenAPI
import DirGenBench
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
    /// - Parameter dataset: The dataset whose reference answers the simulator returns.
    func withService<Value: Sendable>(
        _ console: Console, database: DatabaseUse, dataset: String? = nil, _ body: (DirGen) async throws -> Value
    ) async throws -> Value {
        try await withLiveService(console, database: database, dataset: dataset) { try await body($0.current) }
    }

    /// The same with a service whose configuration can be read again.
    ///
    /// - Parameter adjust: Changes each configuration that is read.
    func withLiveService<Value: Sendable>(
        _ console: Console, database: DatabaseUse, dataset: String? = nil,
        adjust: @escaping @Sendable (inout Configuration) -> Void = { _ in },
        _ body: (LiveService) async throws -> Value
    ) async throws -> Value {
        let options = self
        let read: @Sendable () throws -> Configuration = {
            var configuration = try options.configuration()
            adjust(&configuration)
            return configuration
        }
        let logger = Logger(label: "dirgen")
        guard simulate else {
            return try await DirGenCore.withLiveService(read, database: database, logger: logger, body)
        }
        let references = try simulatorReferences(dataset)
        let timeScale = SimulatorOptions.builtInTimeScale
        console.say(
            "simulated: answers come from the built-in simulator; waits are × \(NumberText.significant(timeScale, 2))",
            .dim)
        let simulator = SimulatorOptions(references: references, timeScale: timeScale)
        return try await withSimulator(options: simulator) { address in
            try await DirGenCore.withLiveService(
                {
                    try read().simulated(
                        at: address.baseURL(for:), models: SimulatorAddress.models(of:))
                }, database: database, logger: logger, body)
        }
    }

    /// The references of a dataset; without one those of the dataset that comes with the program, when it is at hand.
    private func simulatorReferences(_ dataset: String?) throws -> [SimulatorReference] {
        let usual = "datasets/architecture.jsonl"
        guard let path = dataset ?? (FileManager.default.fileExists(atPath: usual) ? usual : nil) else { return [] }
        return try SimulatorReference.read(dataset: path)
    }
}

extension SimulatorOptions {
    /// A twentieth of the providers' waits, for `run` and `ask` alike: a newcomer sees a report within two minutes, and first-token
    /// timeouts learnt from a run hold for the requests after it.
    static let builtInTimeScale = 0.05
}

extension SimulatorReference {
    /// The cases of a dataset that have a reference answer.
    static func read(dataset path: String, options: DatasetFile.Options = .init()) throws -> [SimulatorReference] {
        do {
            return from(try DatasetFile.read(path: path, options: options).dataset.cases)
        } catch let error as DatasetErrors {
            throw CommandError(.usage, error.description)
        }
    }

    static func from(_ cases: [BenchCase]) -> [SimulatorReference] {
        cases.compactMap { row in
            row.reference.map { SimulatorReference(messages: row.messages, answer: $0, task: row.task) }
        }
    }
}

extension CommonOptions {
    /// The database's path: `--db`, else the environment, else the configuration file, else the default.
    func databasePath() throws -> String { try configuration().database }

    /// The database, to read; `nil` when there is none yet.
    func existingStore() throws -> (any BenchStore)? { try configuration().openBenchStore(.readOnly) }

    /// The database, to change; `nil` when there is none yet.
    func existingWritableStore() throws -> (any BenchStore)? {
        let configuration = try configuration()
        guard let store = try configuration.openBenchStore(.readOnly) else { return nil }
        return store.isReadOnly ? try configuration.openBenchStore(.readWrite) : store
    }

    /// The database, to change; it is made when there is none.
    func writableStore() throws -> any BenchStore {
        guard let store = try configuration().openBenchStore(.readWrite) else {
            throw CommandError(.usage, "there is no database to write to")
        }
        return store
    }

    /// The database, to read; it must exist.
    func requiredStore() throws -> any BenchStore { try required(existingStore()) }

    /// The database, to change; it must exist.
    func requiredWritableStore() throws -> any BenchStore { try required(existingWritableStore()) }

    private func required(_ store: (any BenchStore)?) throws -> any BenchStore {
        if let store { return store }
        let path = try databasePath()
        throw StoreError(.notFound, location: path, "there is no database at \(path) yet")
    }
}

extension RunReader {
    /// The run that a user named.
    func requiredRun(_ text: String) async throws -> RunRecord {
        guard let run = try await run(matching: text) else {
            throw CommandError(.usage, "there is no run '\(text)'", hint: "`dirgen-bench runs list` lists them")
        }
        return run
    }
}
