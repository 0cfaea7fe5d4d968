#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import GRDB
import LLMCore

/// `health`: one row a key, its state as JSON.
enum HealthRows {
    private static let name =
        "simulated = ? AND endpoint = ? AND subject = ? AND provider = ? AND model = ? AND key_fingerprint = ?"
    private static let finding = "SELECT state FROM health WHERE \(name)"
    private static let forgetting = "DELETE FROM health WHERE \(name)"
    private static let listing = """
        SELECT endpoint, subject, provider, model, key_fingerprint, state FROM health WHERE simulated = ?
        """
    private static let writing = """
        INSERT INTO health (simulated, endpoint, subject, provider, model, key_fingerprint, state, changed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (simulated, endpoint, subject, provider, model, key_fingerprint)
        DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at
        """

    static func states(
        of keys: Set<HealthKey>, _ documents: HealthDocuments, _ db: Database
    ) throws -> [HealthKey: HealthState] {
        var states: [HealthKey: HealthState] = [:]
        for key in keys {
            let statement = try db.cachedStatement(sql: finding)
            statement.setUncheckedArguments(StatementArguments(columns(of: key)))
            guard let document = try String.fetchOne(statement) else { continue }
            states[key] = documents.state(of: key, in: document)
        }
        return states
    }

    static func all(
        simulated: Bool, _ documents: HealthDocuments, _ db: Database
    ) throws -> [HealthKey: HealthState] {
        var states: [HealthKey: HealthState] = [:]
        let rows = try Row.fetchCursor(db.cachedStatement(sql: listing), arguments: [simulated ? 1 : 0])
        while let row = try rows.next() {
            guard let key = key(of: row, simulated: simulated), let state = documents.state(of: key, in: row[5])
            else { continue }
            states[key] = state
        }
        return states
    }

    static func write(
        _ state: HealthState, of key: HealthKey, at time: Int64, _ documents: HealthDocuments, _ db: Database
    ) throws {
        let document = try documents.document(of: state, for: key)
        try db.run(writing, columns(of: key) + [document.databaseValue, time.databaseValue])
    }

    static func forget(_ key: HealthKey, _ documents: HealthDocuments, _ db: Database) throws {
        documents.forget(key)
        try db.run(forgetting, columns(of: key))
    }

    /// Decodes the state of a subject; `nil` for one that cannot be read, which is learnt anew.
    static func decode(_ document: String, of subject: HealthKey.Subject) -> HealthState? {
        let stored = try? JSONDecoder().decode(StoredHealthState.self, from: Data(document.utf8))
        return stored?.state(of: subject)
    }

    static func encode(_ state: HealthState) throws -> String {
        String(decoding: try JSONEncoder().encode(StoredHealthState(state)), as: UTF8.self)
    }

    /// The rows whose state cannot be read, each as the subject, provider and model of its columns.
    static func unreadable(_ db: Database) throws -> [(subject: String, provider: String, model: String)] {
        let rows = try Row.fetchCursor(db, sql: "SELECT subject, provider, model, key_fingerprint, state FROM health")
        var unreadable: [(subject: String, provider: String, model: String)] = []
        while let row = try rows.next() {
            guard let subject = subject(of: row, at: 0), decode(row[4], of: subject) == nil else { continue }
            unreadable.append((row[0], row[1], row[2]))
        }
        return unreadable
    }

    // MARK: The name of a row

    private static func columns(of key: HealthKey) -> [DatabaseValue] {
        let (subject, provider, model, fingerprint): (String, String, String, String) =
            switch key.subject {
            case .provider(let provider): ("provider", provider.rawValue, "", "")
            case .model(let model): ("model", model.provider.rawValue, model.name, "")
            case .key(let provider, let fingerprint): ("key", provider.rawValue, "", fingerprint?.rawValue ?? "")
            case .limits(let model, let fingerprint):
                ("limits", model.provider.rawValue, model.name, fingerprint?.rawValue ?? "")
            case .lock: ("lock", "", "", "")
            case .hedges: ("hedges", "", "", "")
            }
        return [
            .flag(key.simulated), .text(key.endpoint), .text(subject), .text(provider), .text(model),
            .text(fingerprint),
        ]
    }

    private static func key(of row: Row, simulated: Bool) -> HealthKey? {
        let endpoint: String = row[0]
        return subject(of: row, at: 1).map { HealthKey($0, endpoint: endpoint, simulated: simulated) }
    }

    /// - Parameter first: The column of the subject's name; provider, model and key follow it.
    private static func subject(of row: Row, at first: Int) -> HealthKey.Subject? {
        let subject: String = row[first]
        let provider = ProviderID(rawValue: row[first + 1])
        let model = ModelID(provider: provider, name: row[first + 2])
        let name: String = row[first + 3]
        let fingerprint = name.isEmpty ? nil : KeyFingerprint(rawValue: name)
        return switch subject {
        case "provider": .provider(provider)
        case "model": .model(model)
        case "key": .key(provider, fingerprint)
        case "limits": .limits(model, fingerprint)
        case "lock": .lock
        case "hedges": .hedges
        default: nil
        }
    }
}
