import GRDB
import LLMCore

/// `cache_counts`: hits, misses and savings of the cache, by environment and task.
enum CacheCountRows {
    private static let adding = """
        INSERT INTO cache_counts (simulated, task, hits, stale_hits, misses, shared, saved_pusd, unpriced)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (simulated, task) DO UPDATE SET hits = hits + excluded.hits,
            stale_hits = stale_hits + excluded.stale_hits, misses = misses + excluded.misses,
            shared = shared + excluded.shared, saved_pusd = saved_pusd + excluded.saved_pusd,
            unpriced = unpriced + excluded.unpriced
        """

    static func add(_ counts: CacheCounts, to scope: CacheTally.Scope, _ db: Database) throws {
        try db.run(
            adding,
            [
                .flag(scope.simulated), .text(scope.task.rawValue), .integer(counts.hits), .integer(counts.staleHits),
                .integer(counts.misses), .integer(counts.shared), .money(counts.saved), .integer(counts.unpriced),
            ])
    }

    static func all(_ db: Database) throws -> [CacheTally.Scope: CacheCounts] {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT simulated, task, hits, stale_hits, misses, shared, saved_pusd, unpriced FROM cache_counts")
        return try rows.reduce(into: [:]) { counts, row in
            var columns = ColumnReader(row)
            let scope = CacheTally.Scope(
                simulated: try columns.flag("simulated"), task: TaskType(rawValue: try columns.text("task")))
            counts[scope] = CacheCounts(
                hits: try columns.integer("hits"), staleHits: try columns.integer("stale_hits"),
                misses: try columns.integer("misses"), shared: try columns.integer("shared"),
                saved: columns.money() ?? .zero, unpriced: try columns.integer("unpriced"))
        }
    }
}
