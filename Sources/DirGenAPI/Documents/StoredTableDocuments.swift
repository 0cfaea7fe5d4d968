package import BenchCore
package import LLMCore

/// A stored selection table in a line: an element of `table history`.
package struct StoredTableDocument: Document {
    package var table: String
    package var task: TaskType
    package var simulated: Bool
    package var derivedAt: Int64
    package var pinned: Bool
    /// The service uses it.
    package var inUse: Bool
    package var n: Int
    package var runs: [RunID]
    package var choice: DerivedTablesDocument.Row

    package init(_ stored: StoredTable, _ choice: DerivedTablesDocument.Row) {
        table = stored.id
        task = stored.task
        simulated = stored.simulated
        derivedAt = stored.derivedAt
        pinned = stored.isPinned
        inUse = stored.isInUse
        n = stored.sharedCases
        runs = stored.runs
        self.choice = choice
    }

    private enum CodingKeys: String, CodingKey {
        case table, task, simulated
        case derivedAt = "derived_at"
        case pinned
        case inUse = "in_use"
        case n, runs, choice
    }
}

/// A selection table with all its arms: the document of `table show`.
package struct TableDetailDocument: Document {
    package struct ArmRow: Document {
        package var arm: ArmID
        package var endpoint: String
        package var quality: Double
        package var qualityLow: Double
        package var qualityHigh: Double
        package var cost: USD?
        package var respP95: Double?
        package var failureRate: Double
        package var n: Int
        /// That it keeps what is asked.
        package var confidence: Double?
        package var probabilityBest: Double?

        private enum CodingKeys: String, CodingKey {
            case arm, endpoint, quality
            case qualityLow = "quality_low"
            case qualityHigh = "quality_high"
            case cost = "cost_usd"
            case respP95 = "resp_p95_ms"
            case failureRate = "failure_rate"
            case n, confidence
            case probabilityBest = "probability_best"
        }
    }

    /// An arm that is chosen from some worth of a point of quality on.
    package struct FrontierStep: Document {
        package var arm: ArmID
        package var willingToPay: USD
        package var quality: Double
        package var cost: USD

        private enum CodingKeys: String, CodingKey {
            case arm
            case willingToPay = "willing_to_pay_usd"
            case quality
            case cost = "cost_usd"
        }
    }

    package var table: StoredTableDocument
    package var arms: [ArmRow]
    package var frontier: [FrontierStep]
    package var leftOut: [SelectionTable.LeftOut]

    package init(_ stored: StoredTable, _ table: SelectionTable, _ choice: SelectionChoice) {
        self.table = StoredTableDocument(stored, .init(table, choice))
        arms = table.rows.map { row in
            ArmRow(
                arm: row.arm.id, endpoint: row.arm.endpoint, quality: row.quality, qualityLow: row.qualityLow,
                qualityHigh: row.qualityHigh, cost: row.cost, respP95: row.respP95, failureRate: row.failureRate,
                n: row.n, confidence: choice.confidences[row.arm.id],
                probabilityBest: choice.probabilityBest[row.arm.id])
        }
        frontier = SelectionFrontier(table).steps.map {
            FrontierStep(arm: $0.arm, willingToPay: $0.from, quality: $0.quality, cost: $0.cost)
        }
        leftOut = table.leftOut
    }

    private enum CodingKeys: String, CodingKey {
        case table, arms, frontier
        case leftOut = "left_out"
    }
}

/// The changes from one selection table to another: the document of `table diff`.
package struct TableDiffDocument: Document {
    package struct ArmChange: Document {
        package var arm: ArmID
        /// `null` where the arm is not in that table.
        package var qualityFrom: Double?
        package var qualityTo: Double?
        package var costFrom: USD?
        package var costTo: USD?
        package var respP95From: Double?
        package var respP95To: Double?
        /// The measured quality of each table lies outside the interval of the other.
        package var qualityMoved: Bool

        private enum CodingKeys: String, CodingKey {
            case arm
            case qualityFrom = "quality_from"
            case qualityTo = "quality_to"
            case costFrom = "cost_usd_from"
            case costTo = "cost_usd_to"
            case respP95From = "resp_p95_ms_from"
            case respP95To = "resp_p95_ms_to"
            case qualityMoved = "quality_moved"
        }
    }

    package var from: DerivedTablesDocument.Row
    package var to: DerivedTablesDocument.Row
    /// Another model is chosen.
    package var changed: Bool
    package var arms: [ArmChange]

    package init(from old: SelectionTable, to new: SelectionTable) {
        let (before, after) = (old.choose(nil), new.choose(nil))
        from = .init(old, before)
        to = .init(new, after)
        changed = before.row?.arm.id != after.row?.arm.id
        let olds = Dictionary(old.rows.map { ($0.arm.id, $0) }) { first, _ in first }
        let news = Dictionary(new.rows.map { ($0.arm.id, $0) }) { first, _ in first }
        arms = Set(olds.keys).union(news.keys).sorted().map { arm in
            let (left, right) = (olds[arm], news[arm])
            return ArmChange(
                arm: arm, qualityFrom: left?.quality, qualityTo: right?.quality, costFrom: left?.cost,
                costTo: right?.cost, respP95From: left?.respP95, respP95To: right?.respP95,
                qualityMoved: left.flatMap { left in right.map { left.isApart(from: $0) } } ?? false)
        }
    }
}

extension SelectionRow {
    fileprivate func isApart(from other: SelectionRow) -> Bool {
        !(qualityLow...max(qualityLow, qualityHigh)).contains(other.quality)
            && !(other.qualityLow...max(other.qualityLow, other.qualityHigh)).contains(quality)
    }
}

/// A dataset of imported results: an element of `import list`.
package struct ImportedDatasetDocument: Document {
    package var dataset: String
    package var task: TaskType
    package var models: Int
    package var cases: Int
    package var results: Int
    package var importedAt: Int64

    package init(_ dataset: ImportedDataset) {
        self.dataset = dataset.name
        task = dataset.task
        models = dataset.models
        cases = dataset.cases
        results = dataset.results
        importedAt = dataset.importedAt
    }

    private enum CodingKeys: String, CodingKey {
        case dataset, task, models, cases, results
        case importedAt = "imported_at"
    }
}

/// The result of an import: the document of `import results`.
package struct ImportDocument: Document {
    package var file: String
    /// `false` when the same content was there already.
    package var added: Bool
    package var results: Int
    package var datasets: Int
    package var tasks: Int
    package var models: Int
    package var cases: Int
    package var withoutScore: Int
    /// Of all rows; `null` when one is unknown.
    package var cost: USD?
    package var ignoredColumns: [String]

    package init(_ results: [ImportedResult], file: String, ignored: [String], added: Bool) {
        self.file = file
        self.added = added
        self.results = results.count
        datasets = Set(results.map(\.dataset)).count
        tasks = Set(results.map(\.task)).count
        models = Set(results.map(\.model)).count
        cases = Set(results.map(\.caseKey)).count
        withoutScore = results.count { $0.score == nil }
        cost = results.reduce(USD.zero as USD?) { sum, result in
            sum.flatMap { sum in result.cost.map { sum + $0 } }
        }
        ignoredColumns = ignored
    }

    private enum CodingKeys: String, CodingKey {
        case file, added, results, datasets, tasks, models, cases
        case withoutScore = "without_score"
        case cost = "cost_usd"
        case ignoredColumns = "ignored_columns"
    }
}

/// The result of a verification: the document of `table verify`.
package struct TableVerificationDocument: Document {
    package var file: String
    package var table: String
    package var task: TaskType
    package var verified: Bool
    package var rows: Int
    package var outcomes: Int
    package var faults: [TableFileFault]

    package init(_ document: TableFileDocument, path: String, faults: [TableFileFault]) {
        file = path
        table = document.table.id
        task = document.table.task
        verified = faults.isEmpty
        rows = document.table.rows.count
        outcomes = document.evidence.outcomes.count
        self.faults = faults
    }
}
