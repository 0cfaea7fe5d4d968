package import BenchCore
package import LLMCore

/// The choices of derived tables: the document of `table derive`.
package struct DerivedTablesDocument: Document {
    /// A task's table in a line.
    package struct Row: Document {
        package var task: TaskType
        /// `null` where no model will do.
        package var model: ModelID?
        package var arm: ArmID?
        package var certified: Bool
        package var verdict: SelectionChoice.Verdict
        /// With the models paid for that could have been chosen in error; `null` for a lone model.
        package var confidence: Double?
        package var quality: Double?
        package var qualityLow: Double?
        package var qualityHigh: Double?
        /// Mean cost of a case.
        package var cost: USD?
        package var n: Int
        package var clusters: Int
        package var runnerUp: ArmID?
        /// Beside the best model: 0 where that is chosen, `null` where a price is unknown.
        package var saves: USD?
        package var casesNeeded: Int?
        package var reason: String
        /// Beside the best model and the one in use, with intervals.
        package var worth: [SelectionDocument.Worth]
        package var leftOut: [SelectionTable.LeftOut]
        package var table: String

        private enum CodingKeys: String, CodingKey {
            case task, model, arm, certified, verdict, confidence, quality
            case qualityLow = "quality_low"
            case qualityHigh = "quality_high"
            case cost = "cost_usd"
            case n, clusters
            case runnerUp = "runner_up"
            case saves = "saves_per_1000_usd"
            case casesNeeded = "cases_needed"
            case reason, worth
            case leftOut = "left_out"
            case table
        }

        package init(_ table: SelectionTable, _ choice: SelectionChoice) {
            task = table.task
            model = choice.row?.arm.model
            arm = choice.row?.arm.id
            certified = choice.verdict == .certified
            verdict = choice.verdict
            confidence = choice.confidence
            quality = choice.row?.quality
            qualityLow = choice.row?.qualityLow
            qualityHigh = choice.row?.qualityHigh
            cost = choice.row?.cost
            n = table.sharedCases
            clusters = table.clusters
            runnerUp = choice.runnerUp?.arm.id
            let best = choice.worth.first { $0.role == .best }
            saves =
                best.map { $0.savesPerThousand.flatMap { USD(estimate: $0.value) } }
                ?? choice.row?.cost.map { _ in USD.zero }
            casesNeeded = choice.casesNeeded
            reason = choice.reason
            worth = choice.worth.map(SelectionDocument.Worth.init)
            leftOut = table.leftOut
            self.table = table.id
        }
    }
    package var rows: [Row]

    package init(rows: [Row]) { self.rows = rows }
}

/// The figures of a replayed purchase strategy: the document of `table replay`.
package struct TableReplayDocument: Document {
    package var strategy: String
    package var budgetPrompts: Int
    package var seeds: Int
    package var tasks: Int
    package var choices: Int
    package var meanRegret: Double?
    package var meanRegretError: Double?
    package var certifiedShare: Double
    package var brokenShare: Double?
    package var brokenShareHigh: Double?
    package var dollarsVsUniform: Double?
    package var dollars: USD?

    package init(_ figures: SelectionReplay.Figures, strategy: String, budget: Int, seeds: Int, tasks: Int) {
        self.strategy = strategy
        budgetPrompts = budget
        self.seeds = seeds
        self.tasks = tasks
        choices = figures.count
        meanRegret = figures.meanRegret
        meanRegretError = figures.meanRegretError
        certifiedShare = figures.certifiedShare
        brokenShare = figures.brokenShare
        brokenShareHigh = figures.brokenShareHigh
        dollarsVsUniform = figures.dollarsVsUniform
        dollars = figures.dollars.flatMap(USD.init(estimate:))
    }

    private enum CodingKeys: String, CodingKey {
        case strategy
        case budgetPrompts = "budget_prompts"
        case seeds, tasks, choices
        case meanRegret = "mean_regret"
        case meanRegretError = "mean_regret_se"
        case certifiedShare = "certified_share"
        case brokenShare = "broken_share"
        case brokenShareHigh = "broken_share_high"
        case dollarsVsUniform = "dollars_vs_uniform"
        case dollars = "cost_usd"
    }
}

/// The figures of a table beside policies without one: the document of `table evaluate`.
package struct TableEvaluationDocument: Document {
    /// Means over the seeds, with their standard deviations.
    package struct Policy: Document {
        package var quality: Double?
        package var qualitySD: Double?
        /// Mean cost of a call.
        package var cost: USD?
        package var costSD: USD?
        package var oracleGapClosed: Double?
        package var oracleGapClosedSD: Double?
        package var aiq: Double?
        package var logAIQ: Double?
        package var saving: Double?
        package var savingSD: Double?
        /// Seeds on which the best single model's quality is reached.
        package var savingSeeds: Int

        init(_ figures: SelectionEvaluation.Figures) {
            quality = figures.quality?.mean
            qualitySD = figures.quality?.deviation
            cost = figures.cost.flatMap { USD(estimate: $0.mean) }
            costSD = figures.cost?.deviation.flatMap(USD.init(estimate:))
            oracleGapClosed = figures.oracleGapClosed?.mean
            oracleGapClosedSD = figures.oracleGapClosed?.deviation
            aiq = figures.aiq?.mean
            logAIQ = figures.logAIQ?.mean
            saving = figures.savingAtEqualQuality?.mean
            savingSD = figures.savingAtEqualQuality?.deviation
            savingSeeds = figures.savingAtEqualQuality?.seeds ?? 0
        }

        private enum CodingKeys: String, CodingKey {
            case quality
            case qualitySD = "quality_sd"
            case cost = "cost_usd"
            case costSD = "cost_usd_sd"
            case oracleGapClosed = "oracle_gap_closed"
            case oracleGapClosedSD = "oracle_gap_closed_sd"
            case aiq
            case logAIQ = "log_aiq"
            case saving = "saving_at_equal_quality"
            case savingSD = "saving_at_equal_quality_sd"
            case savingSeeds = "saving_seeds"
        }
    }
    package var seeds: Int
    package var tasks: Int
    package var cases: Int
    package var table: Policy
    package var bestSingle: Policy
    package var staticMix: Policy
    package var oracle: Policy

    package init(_ result: SelectionEvaluation.Result, of tasks: [SelectionEvidence]) {
        seeds = result.seeds
        self.tasks = tasks.count
        cases = tasks.reduce(0) { $0 + $1.cases.count }
        table = Policy(result.table)
        bestSingle = Policy(result.bestSingle)
        staticMix = Policy(result.staticMix)
        oracle = Policy(result.oracle)
    }

    private enum CodingKeys: String, CodingKey {
        case seeds, tasks, cases, table
        case bestSingle = "best_single"
        case staticMix = "static_mix"
        case oracle
    }
}
