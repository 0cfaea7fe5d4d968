import BenchCore
import DirGenCore
import LLMCore
import SQLiteStore

extension CommonOptions {
    /// The database's path: `--db`, else the environment, else the configuration file, else the default.
    func databasePath() throws -> String { try configuration().database }

    /// The database, to read; `nil` when there is none yet.
    func existingStore() throws -> SQLiteStore? {
        let configuration = try configuration()
        let path = configuration.database
        let options = SQLiteStore.Options(cacheLimits: configuration.cacheLimits)
        do {
            return try SQLiteStore.open(at: path, mode: .readOnly, options: options)
        } catch  where error.code == .notFound {
            return nil
        } catch  where error.code == .olderVersion {
            return try SQLiteStore.open(at: path)
        }
    }

    /// The database, to read or to change; it must exist.
    func requiredStore(mode: SQLiteStore.Mode = .readOnly) throws -> SQLiteStore {
        guard let store = try existingStore() else { return try SQLiteStore.open(at: databasePath(), mode: .readOnly) }
        return mode == .readOnly ? store : try SQLiteStore.open(at: store.path)
    }
}

extension SQLiteStore {
    /// The run that a user named.
    func requiredRun(_ text: String) async throws -> RunRecord {
        guard let run = try await run(matching: text) else {
            throw CommandError(.usage, "there is no run \(text)", hint: "`dirgen-bench runs list` names them")
        }
        return run
    }
}
