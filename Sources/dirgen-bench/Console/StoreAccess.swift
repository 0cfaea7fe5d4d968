import BenchCore
import DirGenAPI
import DirGenBench
import DirGenCore
import LLMCore

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
            throw CommandError(.usage, "there is no run \(text)", hint: "`dirgen-bench runs list` names them")
        }
        return run
    }
}
