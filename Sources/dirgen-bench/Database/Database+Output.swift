import BenchCore
import LLMCore
import SQLiteStore

extension DatabaseCheck {
    func page(path: String) -> String {
        let counts =
            "runs \(runs), trials \(trials), calls \(calls), attempts \(attempts), selection tables \(tables), "
            + "health states \(healthStates), cached answers \(cacheEntries)"
        var lines = ["\(path): version \(version), \(bytes.megabytes), \(counts)"]
        lines += notes.map { "note: \($0)" }
        lines += problems.map { "broken: \($0.rule): \($0.detail)" }
        lines.append(problems.isEmpty ? "sound" : "problems: \(problems.count)")
        return lines.joined(separator: "\n")
    }

    func json(path: String) -> JSONValue {
        [
            "path": .string(path), "sound": .bool(problems.isEmpty), "version": JSONValue(version),
            "bytes": JSONValue(bytes), "runs": JSONValue(runs), "trials": JSONValue(trials),
            "calls": JSONValue(calls), "attempts": JSONValue(attempts), "selection_tables": JSONValue(tables),
            "health_states": JSONValue(healthStates), "cache_entries": JSONValue(cacheEntries),
            "notes": .array(notes.map(JSONValue.string)),
            "problems": .array(problems.map { ["rule": .string($0.rule), "detail": .string($0.detail)] }),
        ]
    }
}

extension PrunedData {
    func page(removed: Bool) -> String {
        var lines = runs.isEmpty ? [] : [RunOverview.table(runs)]
        if !kept.isEmpty {
            lines.append(
                "kept, as a table in use was derived from them: \(kept.map(\.rawValue).joined(separator: ", "))")
        }
        let trials = runs.reduce(0) { $0 + $1.trials }
        let what =
            "runs \(runs.count), trials \(trials), live calls \(liveCalls), replaced tables \(tables), "
            + "health states \(healthStates), cached answers \(cacheEntries)"
        if removed {
            lines.append("removed: \(what); the file went from \(bytesBefore.megabytes) to \(bytesAfter.megabytes)")
        } else {
            lines.append(isEmpty ? "nothing to remove" : "would remove: \(what)")
        }
        return lines.joined(separator: "\n")
    }

    func json(removed: Bool) -> JSONValue {
        [
            "removed": .bool(removed), "runs": .array(runs.map { .string($0.run.id.rawValue) }),
            "kept": .array(kept.map { .string($0.rawValue) }), "trials": JSONValue(runs.reduce(0) { $0 + $1.trials }),
            "live_calls": JSONValue(liveCalls), "selection_tables": JSONValue(tables),
            "health_states": JSONValue(healthStates), "cache_entries": JSONValue(cacheEntries),
            "bytes_before": JSONValue(bytesBefore), "bytes_after": JSONValue(bytesAfter),
        ]
    }
}

extension Int {
    var megabytes: String { NumberText.fixed(Double(self) / 1e6, 1) + " MB" }
}
