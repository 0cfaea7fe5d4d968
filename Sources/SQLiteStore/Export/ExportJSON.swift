import GRDB
import LLMCore

/// A row as JSON: units as the contract of names has them, columns that hold JSON as values, unknown as null.
enum ExportJSON {
    private static let documents: Set<String> = [
        "arguments", "prices", "environment", "parameters", "row", "decision", "tool_calls", "usage_raw",
        "price_context", "headers", "rate_limit", "stopped_by",
    ]
    private static let flags: Set<String> = ["simulated", "partial", "passed", "tool_call_delivered", "assumed"]

    static func object(_ row: Row, leavingOut: Set<String> = []) -> JSONObject {
        JSONObject(
            row.compactMap { column, value in
                guard !leavingOut.contains(column) else { return nil }
                return JSONObject.Member(key: key(column), value: json(value, column))
            })
    }

    /// Money leaves as decimal dollars.
    static func key(_ column: String) -> String {
        column.hasSuffix("_pusd") ? String(column.dropLast(5)) + "_usd" : column
    }

    private static func json(_ value: DatabaseValue, _ column: String) -> JSONValue {
        switch value.storage {
        case .null: .null
        case .int64(let number): integer(number, column)
        case .double(let number): JSONValue(number)
        case .string(let text) where documents.contains(column): (try? JSONValue.parse(text)) ?? .string(text)
        case .string(let text): .string(text)
        // No column of ours is a BLOB.
        case .blob: .null
        }
    }

    private static func integer(_ number: Int64, _ column: String) -> JSONValue {
        if column.hasSuffix("_pusd") { return JSONValue(USD(pico: number)) }
        if flags.contains(column) { return .bool(number != 0) }
        if column == "seed" { return .number(JSONNumber(uncheckedLiteral: String(UInt64(bitPattern: number)))) }
        return .number(JSONNumber(number))
    }
}
