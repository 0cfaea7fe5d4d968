import BenchCore
import LLMCore

extension StoreCheck {
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
}

extension Int {
    var megabytes: String { NumberText.fixed(Double(self) / 1e6, 1) + " MB" }
}
