import BenchCore
import DirGenAPI
import DirGenBench
import LLMCore

extension ManagementAPI {
    /// The benchmark runs: what is stored, and the one that is under way here.
    static let runs: [APIOperation] = [
        APIOperation(
            "GET", "/api/runs", "The newest runs.",
            [.init(name: "limit", summary: "Maximum number of runs.", range: 1...1_000)]
        ) { call in
            try await call.store().overviews(limit: call.number("limit", default: 20)).map { RunDocument($0) }
        },
        APIOperation(
            "POST", "/api/runs",
            "Begin a run on a dataset of the folder that the server was given; it goes on by itself.",
            request: OpenAPI.runOrderSchema
        ) { call in
            try await call.runs.start(call.read(RunOrderDocument.self))
        }.answering(202),
        APIOperation(
            "POST", "/api/plans", "The plan of a run and what it may cost; nothing that is paid is sent.",
            request: OpenAPI.runOrderSchema
        ) { call in
            try await call.runs.plan(call.read(RunOrderDocument.self))
        },
        APIOperation(
            "GET", "/api/runs/{id}",
            "A run: its plan, the figures of its models, and its progress while it is under way.",
            [id]
        ) { call in
            let store = try call.store()
            let run = try await call.storedRun(in: store)
            let detail = RunDetailDocument(
                try await store.overview(of: run.id), figures: try await store.figures(of: run.id))
            return Joined(detail, LiveRunDocument(progress: call.runs.progress(of: run.id.rawValue)))
        },
        APIOperation("GET", "/api/runs/{id}/progress", "The progress of a run.", [id]) { call in
            if let live = call.runs.progress(of: call["id"] ?? "") { return live }
            let store = try call.store()
            let run = try await call.storedRun(in: store)
            if let live = call.runs.progress(of: run.id.rawValue) { return live }
            return RunProgressDocument(
                try await store.overview(of: run.id), figures: try await store.figures(of: run.id))
        },
        APIOperation(
            "POST", "/api/runs/{id}/stop", "Stop a run that is under way here: what was paid for is kept.",
            [
                id,
                .init(
                    name: "calls", summary: "Calls under way end by themselves (drain), or are broken off (abort).",
                    words: ["drain", "abort"]),
            ]
        ) { call in
            let aborts = call["calls"] == "abort"
            if let live = call.runs.stop(call["id"] ?? "", aborts: aborts) { return live }
            let run = try await call.storedRun(in: try call.store())
            if let live = call.runs.stop(run.id.rawValue, aborts: aborts) { return live }
            throw LiveRunError.ended(run.id)
        },
        APIOperation("GET", "/api/datasets", "The datasets that a run can be ordered for.") { call in
            try call.runs.datasets()
        },
    ]

    private static let id = APIOperation.Parameter(
        name: "id", isInPath: true, summary: "identifier, a prefix of it, or latest")
}

extension APICall {
    fileprivate func storedRun(in store: any BenchStore) async throws -> RunRecord {
        guard let run = try await store.run(matching: self["id"] ?? "") else {
            throw APIError(.unknownRun, "there is no run '\(self["id"] ?? "")'")
        }
        return run
    }
}

extension OpenAPI {
    fileprivate static let runOrderSchema = request(
        RunOrderDocument.self,
        [
            "dataset": ["minLength": 1], "limit": ["minimum": 1, "maximum": 1_000_000_000],
            "repeats": ["minimum": 1, "maximum": 1_000], "concurrency": ["minimum": 1, "maximum": 10_000],
            "seed": ["minimum": 0, "maximum": 9_007_199_254_740_991], "retries": ["minimum": 0, "maximum": 100],
            "max_cost_usd": ["pattern": "^[0-9]{1,6}(\\.[0-9]{1,12})?$"],
        ])
}
