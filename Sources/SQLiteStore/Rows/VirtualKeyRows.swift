import GRDB
import LLMCore

/// `virtual_keys` and `budget_leases`.
enum VirtualKeyRows {
    static let columns = [
        "id", "name", "secret_hash", "key_fingerprint", "role", "created_at", "expires_at", "revoked_at", "budget_pusd",
        "models", "requests_per_minute", "tokens_per_minute",
    ]
    static let usageColumns = ["spent_pusd", "assumed_pusd", "requests", "tokens", "unpriced"]

    static func values(of key: VirtualKey) -> [DatabaseValue] {
        [
            .text(key.id.rawValue), .text(key.name), .text(key.secretHash), .text(key.fingerprint.rawValue),
            .text(key.role.rawValue), .integer64(key.createdAt), .integer64(key.expiresAt),
            .integer64(key.revokedAt), .money(key.limits.budget),
            .json(.array(key.limits.models.map { .string($0.description) })), .integer(key.limits.requestsPerMinute),
            .integer(key.limits.tokensPerMinute),
        ]
    }

    // MARK: Keys

    private static let inserting = Statements.insert(into: "virtual_keys", columns)
    private static let revoking = "UPDATE virtual_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
    private static let listing = """
        SELECT \(qualified(columns + usageColumns)), coalesce(
            (SELECT sum(held_pusd) FROM budget_leases l WHERE l.key_id = k.id AND held_pusd > 0 AND NOT forfeited), 0)
        FROM virtual_keys k ORDER BY k.id
        """

    static func insert(_ key: VirtualKey, _ db: Database) throws { try db.run(inserting, values(of: key)) }

    /// - Returns: `false` where there is no such key, or it was revoked before.
    static func revoke(_ id: VirtualKeyID, at instant: Int64, _ db: Database) throws -> Bool {
        try db.run(revoking, [.integer64(instant), .text(id.rawValue)])
        return db.changesCount == 1
    }

    static func all(_ db: Database) throws -> [VirtualKey] {
        try Row.fetchAll(db.cachedStatement(sql: listing)).map { row in
            var reader = ColumnReader(row)
            return try key(&reader)
        }
    }

    private static func key(_ reader: inout ColumnReader) throws -> VirtualKey {
        let (id, name) = (try reader.text("virtual_keys.id"), try reader.text("virtual_keys.name"))
        let hash = try reader.text("virtual_keys.secret_hash")
        let fingerprint = KeyFingerprint(rawValue: try reader.text("virtual_keys.key_fingerprint"))
        guard let role = VirtualKey.Role(rawValue: try reader.text("virtual_keys.role")) else {
            throw RowFormatError(field: "virtual_keys.role")
        }
        let createdAt = try reader.integer64("virtual_keys.created_at")
        let (expiresAt, revokedAt, budget) = (reader.integer64(), reader.integer64(), reader.money())
        let models = try (try reader.json("virtual_keys.models").array ?? []).map { item in
            // A pattern that cannot be read must not let every model through.
            guard let pattern = item.string.flatMap({ ModelPattern($0) }) else {
                throw RowFormatError(field: "virtual_keys.models")
            }
            return pattern
        }
        let limits = VirtualKey.Limits(
            budget: budget, models: models, requestsPerMinute: reader.integer(), tokensPerMinute: reader.integer())
        return VirtualKey(
            id: VirtualKeyID(rawValue: id), name: name, secretHash: hash, fingerprint: fingerprint, role: role,
            createdAt: createdAt, expiresAt: expiresAt, revokedAt: revokedAt, limits: limits,
            usage: try usage(&reader), reserved: USD(pico: try reader.integer64("budget_leases.held_pusd")))
    }

    // MARK: Budgets

    private static let finding =
        "SELECT budget_pusd, \(usageColumns.joined(separator: ", ")) FROM virtual_keys WHERE id = ?"
    private static let leasing = """
        SELECT id, held_pusd, expires_at, forfeited, \(usageColumns.joined(separator: ", ")) FROM budget_leases
        WHERE key_id = ?1 AND held_pusd > 0 OR id = ?2
        """
    private static let counting = """
        UPDATE virtual_keys SET \(usageColumns.map { "\($0) = ?" }.joined(separator: ", ")) WHERE id = ?
        """
    private static let writing = Statements.complete(
        "budget_leases", ["id", "key_id", "process", "expires_at", "held_pusd", "forfeited"] + usageColumns, key: "id",
        keeping: ["key_id"], where: "TRUE")
    /// Leases that hold nothing, and whose processes have long ended or begun others.
    private static let forgetting = "DELETE FROM budget_leases WHERE held_pusd = 0 AND expires_at < ?"

    /// - Parameter lease: Found beside those that hold something.
    /// - Returns: `nil` where there is no such key.
    static func budget(of key: String, with lease: String, _ db: Database) throws -> KeyBudget? {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: finding), arguments: [key]) else { return nil }
        var reader = ColumnReader(row)
        let limit = reader.money()
        let leases = try Row.fetchAll(db.cachedStatement(sql: leasing), arguments: [key, lease]).map { row in
            var reader = ColumnReader(row)
            let id = BudgetLeaseID(rawValue: try reader.text("budget_leases.id"))
            let held = USD(pico: try reader.integer64("budget_leases.held_pusd"))
            let expiresAt = try reader.integer64("budget_leases.expires_at")
            let isForfeited = try reader.flag("budget_leases.forfeited")
            return BudgetLease(
                id: id, held: held, usage: try usage(&reader), expiresAt: expiresAt, isForfeited: isForfeited)
        }
        return KeyBudget(limit: limit, usage: try usage(&reader), leases: leases)
    }

    /// Writes what one lease changed.
    static func write(
        _ budget: KeyBudget, of key: String, lease id: String, process: DatabaseValue, _ db: Database
    ) throws {
        guard let lease = budget.leases.first(where: { $0.id.rawValue == id }) else { return }
        try db.run(counting, values(of: budget.usage) + [.text(key)])
        try db.run(
            writing,
            [
                .text(id), .text(key), process, .integer64(lease.expiresAt), .money(lease.held),
                .flag(lease.isForfeited),
            ] + values(of: lease.usage))
    }

    static func forget(before instant: Int64, _ db: Database) throws { try db.run(forgetting, [.integer64(instant)]) }

    // MARK: Parts

    private static func values(of usage: VirtualKeyUsage) -> [DatabaseValue] {
        [
            .money(usage.spent), .money(usage.assumed), .integer(usage.requests), .integer(usage.tokens),
            .integer(usage.unpriced),
        ]
    }

    private static func usage(_ reader: inout ColumnReader) throws -> VirtualKeyUsage {
        VirtualKeyUsage(
            spent: USD(pico: try reader.integer64("spent_pusd")),
            assumed: USD(pico: try reader.integer64("assumed_pusd")), requests: try reader.integer("requests"),
            tokens: try reader.integer("tokens"), unpriced: try reader.integer("unpriced"))
    }

    private static func qualified(_ columns: [String]) -> String { columns.map { "k.\($0)" }.joined(separator: ", ") }
}
