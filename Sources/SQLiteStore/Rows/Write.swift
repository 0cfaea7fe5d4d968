import GRDB

/// A statement with its values, made ready outside the writer's queue.
struct Write: Sendable {
    let sql: String
    let values: [DatabaseValue]
}
