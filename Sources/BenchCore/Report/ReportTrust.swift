import LLMCore

/// The report's trust panel: the facts that make a run repeatable, and the warnings that limit what it shows.
enum ReportTrust {
    /// More than this share of cut answers makes quality a measure of the limit.
    static let truncationLimit = 0.02
    /// The smallest sample for which a p95 has an interval.
    static let p95Trials = 72

    static func facts(run: RunRecord, cases: Int, verdict: ReportVerdict) -> [ReportFact] {
        var facts = [
            ReportFact("run", run.id.rawValue), ReportFact("status", run.status.rawValue),
            ReportFact("started", NumberText.timestamp(microseconds: run.startedAt)),
        ]
        if let end = run.endedAt {
            facts.append(ReportFact("ended", NumberText.timestamp(microseconds: end)))
            // A run that was resumed stood still for part of that.
            if run.environment.resumptions.isEmpty {
                facts.append(ReportFact("took", NumberText.duration(milliseconds: Double(end - run.startedAt) / 1_000)))
            }
        }
        for resumption in run.environment.resumptions {
            facts.append(
                ReportFact(
                    "resumed",
                    "\(NumberText.timestamp(microseconds: resumption.at)), after it was \(resumption.after.rawValue)"))
        }
        facts += [
            ReportFact("command", command(run)),
            ReportFact("dataset", "\(run.datasetName) (\(run.datasetPath))"),
            ReportFact("dataset SHA-256", run.datasetHash), ReportFact("task", run.task.rawValue),
            ReportFact("cases", NumberText.count(cases)), ReportFact("repeats", NumberText.count(run.repeats)),
            ReportFact("seed", String(run.seed)), ReportFact("simulated", run.simulated ? "yes" : "no"),
            ReportFact("time scale", ReportModel.factor(run.timeScale)),
            ReportFact(run.program, run.toolVersion), ReportFact("grader", run.graderVersion),
            ReportFact("prices", run.priceVersion),
        ]
        if let table = verdict.tableID, let date = verdict.derivedAt {
            facts.append(ReportFact("selection table", "\(table), derived \(NumberText.timestamp(microseconds: date))"))
            facts.append(ReportFact("profile", verdict.constraints.map(profile) ?? NumberText.unknown))
        }
        return facts.map { ReportFact($0.name, ReportText.clean($0.value)) } + environment(run.environment)
    }

    static func warnings(of model: ReportModel, table: SelectionTable?, withoutContent: Int) -> [ReportWarning] {
        run(model.run) + unsettled(model.money) + model.arms.filter(\.inRun).flatMap(arm)
            + comparison(model, table: table) + load(model)
            + content(model, withoutContent: withoutContent)
    }

    private static func run(_ run: RunRecord) -> [ReportWarning] {
        var warnings: [ReportWarning] = []
        if run.simulated {
            warnings.append(
                ReportWarning("simulated", "Simulated: answers, waits and failures came from the built-in simulator."))
        }
        if run.timeScale != 1 {
            warnings.append(
                ReportWarning(
                    "time_scale",
                    "Waits were multiplied by \(ReportModel.factor(run.timeScale)): latencies and speeds are not those of the models."
                ))
        }
        if run.status != .complete {
            warnings.append(
                ReportWarning("incomplete", "The run did not complete: its status is \(run.status.rawValue)."))
        }
        if let text = run.environment.resumedText {
            warnings.append(
                ReportWarning(
                    "resumed",
                    "The run was \(text): its latencies are of \(run.environment.resumptions.count + 1) separate periods, not of one."
                ))
        }
        for text in run.environment.harness.flatMap(\.warnings) {
            warnings.append(ReportWarning("harness", text.prefix(1).uppercased() + text.dropFirst() + "."))
        }
        if run.partial { warnings.append(ReportWarning("partial", "The run covers only part of its dataset.")) }
        for text in run.environment.warnings ?? [] {
            warnings.append(ReportWarning("environment", ReportText.clean(text)))
        }
        return warnings
    }

    private static func unsettled(_ money: MoneySummary) -> [ReportWarning] {
        guard let unsettled = money.unsettled else { return [] }
        func warning(_ code: String, _ count: Int, _ what: String) -> ReportWarning? {
            guard count > 0 else { return nil }
            let attempts = count == 1 ? "1 attempt" : "\(NumberText.count(count)) attempts"
            return ReportWarning(code, "\(attempts) \(what)")
        }
        let worst = NumberText.dollars(unsettled.reservedWorst)
        let assumed = NumberText.dollars(unsettled.assumedCost)
        return [
            warning(
                "unsettled", unsettled.reserved,
                "never ended: no cost here counts them, and they may have cost \(worst)."),
            warning(
                "assumed", unsettled.assumed,
                "of a killed process: no cost here counts them; settled at their worst case, \(assumed)."),
        ].compactMap(\.self)
    }

    private static func arm(_ arm: ArmSummary) -> [ReportWarning] {
        var warnings: [ReportWarning] = []
        func warn(_ code: String, _ text: String) { warnings.append(ReportWarning(code, "\(arm.id): \(text)")) }
        let counts = arm.counts
        if counts.attempted - counts.reused < p95Trials {
            warn("n_too_small", "\(counts.attempted - counts.reused) trials; p95 has no interval below \(p95Trials).")
        }
        if arm.money.unpricedTrials > 0 {
            let unpriced = arm.money.unpricedTrials == 1 ? "1 trial" : "\(arm.money.unpricedTrials) trials"
            let all = arm.money.unpricedTrials == counts.attempted + counts.excluded
            warn(
                "unpriced",
                all
                    ? "the cost of all trials is unknown."
                    : "the cost of \(unpriced) is unknown; costs cover the others."
            )
        }
        if counts.attempted > 0, Double(counts.truncated) > truncationLimit * Double(counts.attempted) {
            warn(
                "truncated",
                "\(counts.truncated) of \(counts.attempted) answers were cut by the output limit: quality measures the limit too."
            )
        }
        if counts.reused > 0 {
            warn(
                "reused",
                "\(counts.reused) of \(counts.attempted) answers are those of earlier runs, which paid for them: they cost nothing here and are in no latency."
            )
        }
        if counts.excluded > 0 {
            warn("excluded", "\(counts.excluded) trials are left out: cancelled, or errors of the harness.")
        }
        if arm.servedModels.count > 1 {
            warn("served_models", "answers came from \(arm.servedModels.joined(separator: ", ")).")
        }
        if !arm.unknownFinishes.isEmpty {
            warn(
                "finish_unknown",
                "the finish word of \(counts.finishUnknown) answer\(counts.finishUnknown == 1 ? "" : "s") is unknown "
                    + "(\(arm.unknownFinishes.prefix(5).joined(separator: ", "))): they count as whole.")
        }
        if arm.money.countedTokens > 0 {
            warn(
                "tokens_counted",
                "the engine reports no usage: \(NumberText.count(arm.money.countedTokens)) output tokens are counted by its tokenizer"
                    + (arm.speedSource == .counted ? ", and tokens per second are marked †." : "."))
        }
        if arm.money.estimatedTokens > 0 {
            warn(
                "tokens_estimated",
                "the engine reports no usage, and no tokenizer of it answered in time: about \(NumberText.count(arm.money.estimatedTokens)) output tokens, one for each piece of a stream; no speed is made of them."
            )
        }
        if arm.fingerprints.count > 1 {
            warn(
                "fingerprints",
                "the provider changed its system fingerprint \(arm.fingerprints.count - 1) times during the run.")
        }
        return warnings
    }

    private static func comparison(_ model: ReportModel, table: SelectionTable?) -> [ReportWarning] {
        var warnings: [ReportWarning] = []
        if Set(model.arms.filter(\.inRun).map(\.arm.parameters)).count > 1 {
            warnings.append(
                ReportWarning(
                    "unequal_parameters",
                    "The models run with different parameters: differences are not those of the models alone."))
        }
        if let table {
            if table.sharedCases < SelectionTable.certifiableCases {
                warnings.append(
                    ReportWarning(
                        "few_cases",
                        "\(table.sharedCases) cases are shared by all models; nothing is certified below \(SelectionTable.certifiableCases)."
                    ))
            }
            let others = Set(table.rows.flatMap(\.runs)).subtracting([model.run.id.rawValue])
            if !others.isEmpty {
                warnings.append(
                    ReportWarning(
                        "other_runs",
                        "The selection table also counts \(others.count == 1 ? "an earlier run" : "\(others.count) earlier runs")."
                    ))
            }
        }
        return warnings
    }

    private static func load(_ model: ReportModel) -> [ReportWarning] {
        guard let load = model.load else { return [] }
        func warning(_ code: String, _ text: String, _ isMeant: (LoadReport.Phase) -> Bool) -> ReportWarning? {
            let count = load.phases.count(where: isMeant)
            guard count > 0 else { return nil }
            return ReportWarning(code, "\(count) of \(load.phases.count) phases \(text)")
        }
        return [
            warning("phase_interrupted", "of the load were interrupted: they have no rates.", \.isInterrupted),
            load.model.isOpen
                ? warning("phase_unsent", "of the load are not whole: some of their calls were never made.") {
                    $0.unsent > 0
                } : nil,
            load.model.isOpen
                ? warning(
                    "phase_queued", "of the load had calls that left late: their wait is in queue_ms and resp_ms."
                ) {
                    $0.queued > 0
                } : nil,
        ].compactMap(\.self)
    }

    private static func content(_ model: ReportModel, withoutContent: Int) -> [ReportWarning] {
        guard withoutContent > 0 else { return [] }
        return [ReportWarning("no_content", "The run kept no answers, so none are shown.")]
    }

    /// The arguments as a shell takes them.
    private static func command(_ run: RunRecord) -> String {
        ([run.program] + run.arguments).map { word in
            let plain =
                !word.isEmpty
                && word.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"):
                        true
                    default: "-_./=:,@%+".utf8.contains(byte)
                    }
                }
            return plain
                ? word
                : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
        }.joined(separator: " ")
    }

    static func profile(_ constraints: SelectionConstraints) -> String {
        var parts: [String] = []
        if let value = constraints.relativeQuality {
            parts.append("quality within \(NumberText.percent(value)) of the best")
        }
        if let point = constraints.willingToPay {
            parts.append("the highest worth at \(NumberText.dollars(point)) a point of quality")
        }
        if let value = constraints.minQuality { parts.append("quality at least \(NumberText.fixed(value, 2))") }
        if let value = constraints.maxCaseCost { parts.append("at most \(NumberText.dollars(value)) per case") }
        if let value = constraints.maxP95 { parts.append("p95 at most \(NumberText.duration(milliseconds: value))") }
        if constraints.localOnly { parts.append("local models only") }
        parts.append("confidence \(NumberText.confidence(constraints.confidence))")
        return parts.joined(separator: ", ")
    }

    /// The run's conditions under the names of their JSON, also those that this version does not know; the plan's money and the warnings
    /// stand elsewhere.
    private static func environment(_ environment: RunEnvironment) -> [ReportFact] {
        var shown = environment
        (shown.plan, shown.warnings) = (nil, nil)
        (shown.settings, shown.resumptions, shown.harness) = (nil, [], [])
        return leaves(of: shown.json, path: "") + environment.harness.map { ReportFact("harness", $0.text) }
    }

    private static func leaves(of value: JSONValue, path: String) -> [ReportFact] {
        switch value {
        case .object(let object):
            return object.flatMap { leaves(of: $0.value, path: path.isEmpty ? $0.key : "\(path).\($0.key)") }
        case .null: return []
        default:
            let text = value.string ?? value.text
            return [ReportFact(ReportText.clean(path), ReportText(text, limit: 300).text)]
        }
    }
}
