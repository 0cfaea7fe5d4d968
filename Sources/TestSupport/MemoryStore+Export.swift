package import BenchCore
import LLMCore

extension MemoryStore {
    package func export(_ run: RunID) -> AsyncThrowingStream<[String], any Error> {
        let state = current
        return AsyncThrowingStream { continuation in
            guard let record = state.runs.first(where: { $0.id == run }) else {
                return continuation.finish(throwing: Self.refusal("there is no run \(run)", .unknownRun))
            }
            continuation.yield(state.lines(of: record))
            continuation.finish()
        }
    }

    /// Writes every run's export: in memory the copy to go on with is ``current``.
    package func backup(to path: String) async throws {
        let state = current
        let file = try NewFile.create(at: path)
        for run in state.runs {
            for line in state.lines(of: run) { try file.write(line + "\n") }
        }
        try file.commit()
    }
}

extension MemoryStore.State {
    fileprivate func lines(of run: RunRecord) -> [String] {
        let arms = run.arms.map { line("arm", ["arm_id": .string($0.id.rawValue), "endpoint": .string($0.endpoint)]) }
        let rows = (cases[run.id] ?? []).map {
            line("case", ["id": .string($0.id), "hash": .string($0.hash), "row": $0.canonicalJSON])
        }
        let done = counted.filter { $0.trial.run == run.id }.sorted { $0.trial.ordinal < $1.trial.ordinal }
            .map { line("trial", $0.trial.exported(storeContent: $0.storeContent)) }
        let open = calls.filter { $0.run == run.id && $0.record == nil }.map { entry in
            let attempts = entry.intents.map { intent -> JSONValue in
                ["id": .string(intent.attempt.rawValue), "state": "reserved", "worst_usd": money(intent.worstCase)]
            }
            return line("open_call", ["id": .string(entry.id.rawValue), "attempt_list": .array(attempts)])
        }
        return [line("run", run.exported)] + arms + rows + done + open
    }

    private func line(_ type: String, _ object: JSONObject) -> String {
        var line: JSONObject = ["type": .string(type)]
        for member in object { line[member.key] = member.value }
        return JSONValue.object(line).text
    }
}

private func money(_ value: USD?) -> JSONValue { value.map { JSONValue($0) } ?? .null }

extension RunRecord {
    fileprivate var exported: JSONObject {
        [
            "id": .string(id.rawValue), "status": .string(status.rawValue),
            "started_at": .number(JSONNumber(startedAt)), "task": .string(task.rawValue),
            "seed": .number(JSONNumber(uncheckedLiteral: String(seed))), "simulated": .bool(simulated),
            "max_cost_usd": money(maxCost), "arguments": .array(arguments.map(JSONValue.string)),
            "environment": environment.json, "format": "dirgen.export/1", "definitions": ExportDefinitions.json,
        ]
    }
}

extension Trial {
    fileprivate func exported(storeContent: Bool) -> JSONObject {
        let attempts = call.attempts.map { attempt -> JSONValue in
            [
                "id": .string(attempt.report.id.rawValue), "class": .string(attempt.report.outcome.rawValue),
                "state": "settled", "usage_raw": attempt.report.usage?.raw ?? .null,
                "usage_source": attempt.report.usage.map { .string($0.source.rawValue) } ?? .null,
            ]
        }
        let verdicts = grade.verdicts.map { verdict -> JSONValue in
            ["type": .string(verdict.type), "score": verdict.score.map { JSONValue($0) } ?? .null]
        }
        return [
            "call_id": .string(call.id.rawValue), "case_id": .string(caseID), "arm_id": .string(arm.id.rawValue),
            "ordinal": JSONValue(ordinal), "outcome": .string(outcome.rawValue),
            "passed": grade.passed.map { .bool($0) } ?? .null, "resp_ms": JSONValue(metrics.resp),
            "connect_ms": metrics.connect.map { JSONValue($0) } ?? .null, "cost_usd": money(metrics.cost),
            "call": ["answer": storeContent ? .string(call.answer.text) : .null],
            "attempt_list": .array(attempts), "verdicts": .array(verdicts),
        ]
    }
}
