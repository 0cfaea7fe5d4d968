package import BenchCore
package import LLMCore

/// An order for a benchmark run, as a program sends it to `/api/runs`. What is left out is as `run` has it.
package struct RunOrderDocument: Document {
    /// The name of a file in the folder of datasets.
    package var dataset: String
    /// `provider/model`, or `provider/model@effort=low,temperature=0`.
    package var models: [String]?
    package var task: TaskType?
    /// Only cases whose identifier matches one of the patterns.
    package var cases: [String]?
    /// Only the first so many cases.
    package var limit: Int?
    package var repeats: Int?
    package var concurrency: Int?
    package var seed: Int?
    package var maxCost: USD?
    package var retries: Int?
    package var reuse: Bool?
    package var derive: Bool?
    package var judge: String?

    private enum CodingKeys: String, CodingKey {
        case dataset, models, task, cases, limit, repeats, concurrency, seed
        case maxCost = "max_cost_usd"
        case retries, reuse, derive, judge
    }

    package init(dataset: String) { self.dataset = dataset }
}

/// A run that was begun: the document of `POST /api/runs`.
package struct RunStartedDocument: Document {
    package var run: RunID
    package var plan: PlanDocument
    package var warnings: [String]

    package init(run: RunID, plan: PlanDocument, warnings: [String]) {
        self.run = run
        self.plan = plan
        self.warnings = warnings
    }
}

/// The progress of a run: the document of `/api/runs/{id}/progress`, and an event of the live stream.
package struct RunProgressDocument: Document {
    package enum Phase: String, Sendable, Hashable, Codable, CaseIterable {
        /// Local models are loaded, or calls are made.
        case running
        /// No new call is sent, and those under way end.
        case draining
        /// Calls under way are broken off.
        case aborting
        case ended
    }

    /// The progress of one model or configuration.
    package struct Arm: Document {
        package var arm: ArmID
        package var total: Int
        package var done: Int
        package var ok: Int
        package var failed: Int
        package var retries: Int
        /// `null` while the cost of a trial is unknown.
        package var cost: USD?
        package var respP50: Double?

        private enum CodingKeys: String, CodingKey {
            case arm, total, done, ok, failed, retries
            case cost = "cost_usd"
            case respP50 = "resp_p50_ms"
        }

        package init(
            arm: ArmID, total: Int, done: Int, ok: Int, failed: Int, retries: Int, cost: USD?, respP50: Double?
        ) {
            self.arm = arm
            self.total = total
            self.done = done
            self.ok = ok
            self.failed = failed
            self.retries = retries
            self.cost = cost
            self.respP50 = respP50
        }
    }

    package var run: RunID
    package var phase: Phase
    /// Of one that has ended.
    package var status: RunRecord.Status?
    package var task: TaskType
    package var simulated: Bool
    package var startedAt: Int64
    package var total: Int
    package var done: Int
    package var inFlight: Int
    package var spent: USD
    /// Set aside for calls in flight.
    package var reserved: USD
    package var maxCost: USD?
    package var note: String?
    /// The reason for which it could not go on, or its reports could not be written.
    package var problem: String?
    package var arms: [Arm]

    private enum CodingKeys: String, CodingKey {
        case run, phase, status, task, simulated
        case startedAt = "started_at"
        case total, done
        case inFlight = "in_flight"
        case spent = "spent_usd"
        case reserved = "reserved_usd"
        case maxCost = "max_cost_usd"
        case note, problem, arms
    }

    /// A run of which nothing has been done yet.
    package init(_ run: RunRecord, total: Int) {
        self.run = run.id
        phase = .running
        task = run.task
        simulated = run.simulated
        startedAt = run.startedAt
        self.total = total
        (done, inFlight, spent, reserved) = (0, 0, .zero, .zero)
        maxCost = run.maxCost
        arms = []
    }

    /// A stored run that is not under way here.
    package init(_ overview: RunOverview, figures: [ArmFigures]) {
        self.init(overview.run, total: overview.trials)
        phase = overview.run.status == .running ? .running : .ended
        status = overview.run.status
        done = overview.trials
        spent = overview.spending.known
        reserved = overview.reservedWorst
        arms = figures.map { figures in
            let ok = Int((figures.okRate * Double(figures.attempted)).rounded())
            return Arm(
                arm: figures.arm, total: figures.attempted, done: figures.attempted, ok: ok,
                failed: figures.attempted - ok, retries: 0, cost: figures.cost, respP50: nil)
        }
    }
}

/// The state of a run in this server: beside its plan and figures in the document of `/api/runs/{id}`.
package struct LiveRunDocument: Document {
    /// `null` unless it is under way here.
    package var progress: RunProgressDocument?

    package init(progress: RunProgressDocument?) { self.progress = progress }
}

/// A dataset that a run may be ordered for: an element of `/api/datasets`.
package struct DatasetEntryDocument: Document {
    package var name: String
    package var bytes: Int

    package init(name: String, bytes: Int) {
        self.name = name
        self.bytes = bytes
    }
}
