/// Says in one sentence why an arm was chosen, or why none was.
struct SelectionNarrator {
    let judgement: SelectionJudgement
    let chosen: Int
    /// The arm that would be chosen without preference for the incumbent.
    let challenger: Int?
    let certified: [Int]
    /// Passed over, as they take much longer than in the bench.
    let slowed: [Int]
    let casesNeeded: Int?

    private var table: SelectionTable { judgement.table }
    private var constraints: SelectionConstraints { judgement.constraints }

    var sentence: String {
        let base = (certified.isEmpty ? uncertified : certain) + passedOver
        guard let challenger else { return base + "." }
        return "\(base); it was chosen before, and \(judgement.rows[challenger].arm.id) is not better beyond doubt."
    }

    private var passedOver: String {
        let words = slowed.map { arm in
            "\(judgement.rows[arm].arm.id) (\(NumberText.significant(judgement.rows[arm].live?.latencyRatio ?? 1, 2)) × as slow as in the benchmark)"
        }
        return words.isEmpty ? "" : "; passed over: " + words.joined(separator: ", ")
    }

    private var certain: String {
        let confidence = NumberText.confidence(judgement.confidence.adjusted[chosen])
        let arms = judgement.rows.count
        let rank =
            certified.count == 1
            ? (arms == 1
                ? "The only model measured, certified to keep" : "The only one of \(arms) models certified to keep")
            : "\(challenger == nil && slowed.isEmpty ? cheapestWord : "One") of \(certified.count) models certified to keep"
        return "\(rank) \(demands): \(confidence) confidence over \(evidence)"
    }

    /// "120 shared cases in 24 groups".
    private var evidence: String {
        let cases = "\(table.sharedCases) shared cases"
        return table.clusters == table.sharedCases ? cases : "\(cases) in \(table.clusters) groups"
    }

    /// "Cheapest" is said only where a price made the difference.
    private var cheapestWord: String {
        if constraints.willingToPay != nil { return "The one worth most" }
        let costs = Set(certified.map { judgement.rows[$0].cost })
        return costs.count > 1 && judgement.rows[chosen].cost != nil ? "The cheapest" : "The best"
    }

    private var uncertified: String {
        let shown = judgement.confidence.adjusted[chosen]
        let start = shown > 0 ? "Most likely to keep" : "Nearest to keeping"
        let base = "\(start) \(demands) (\(NumberText.confidence(shown))), but not certified"
        switch judgement.obstacle {
        case .lone:
            let quality = NumberText.fixed(judgement.rows[chosen].quality, 2)
            return "The only model measured: quality \(quality) over \(evidence), with nothing to compare it with"
        case .fewCases(let least):
            return "\(base): with \(table.sharedCases) shared cases, of \(least) at least, nothing is"
        case .fewClusters:
            return
                "\(base): with \(table.clusters) groups of cases, of \(SelectionTable.certifiableClusters) at least, nothing is"
        case .scaledWaits:
            return
                "\(base): its waits were scaled by \(NumberText.significant(table.timeScale, 3)), and say nothing of a p95"
        case nil:
            let asked = "\(base): \(NumberText.confidence(constraints.confidence)) is asked for"
            return casesNeeded.map { "\(asked), which about \($0) further case\($0 == 1 ? "" : "s") could give" }
                ?? asked
        }
    }

    /// "quality within 5 % of the best and at most $0.001 a case".
    private var demands: String { SelectionNarrator.demands(constraints) }

    private static func demands(_ constraints: SelectionConstraints) -> String {
        var parts: [String] = []
        if let relative = constraints.relativeQuality {
            parts.append("quality within \(NumberText.percent(relative)) of the best")
        }
        if let point = constraints.willingToPay {
            parts.append("the highest worth at \(NumberText.dollars(point)) a point of quality")
        }
        if let least = constraints.minQuality { parts.append("quality of at least \(NumberText.fixed(least, 2))") }
        if let most = constraints.maxCaseCost { parts.append("at most \(NumberText.dollars(most)) a case") }
        if let most = constraints.maxP95 { parts.append("a p95 of at most \(NumberText.duration(milliseconds: most))") }
        guard let last = parts.popLast() else { return "what is asked (nothing)" }
        return parts.isEmpty ? last : parts.joined(separator: ", ") + " and " + last
    }

    static func infeasible(_ binding: [SelectionJudgement.HardConstraint], _ judgement: SelectionJudgement) -> String {
        guard binding.count == 1 else {
            return "No model keeps \(demands(judgement.constraints)) together, though some model meets each of them."
        }
        let rows = judgement.rows
        switch binding[0] {
        case .maxCaseCost:
            let limit = judgement.constraints.maxCaseCost.map(NumberText.dollars) ?? NumberText.unknown
            guard let cheapest = rows.indices.min(by: judgement.isCheaper), let cost = rows[cheapest].cost else {
                return "No model is known to cost at most \(limit) a case: no price is known."
            }
            return
                "No suitable model costs at most \(limit) a case: the cheapest, \(rows[cheapest].arm.id), costs \(NumberText.dollars(cost))."
        case .maxP95:
            let limit = judgement.constraints.maxP95.map { NumberText.duration(milliseconds: $0) } ?? NumberText.unknown
            if rows.allSatisfy({ $0.isLatencyUnknown == true }) {
                return "No model is known to have a p95 of at most \(limit): no latency is known."
            }
            let fastest = rows.min { ($0.respP95 ?? .infinity) < ($1.respP95 ?? .infinity) }
            guard let fastest, let p95 = fastest.respP95 else {
                return "No model has a p95 of at most \(limit): each fails more than one call in twenty."
            }
            return
                "No suitable model has a p95 of at most \(limit): the fastest, \(fastest.arm.id), has \(NumberText.duration(milliseconds: p95))."
        case .minQuality:
            let limit = judgement.constraints.minQuality.map { NumberText.fixed($0, 2) } ?? NumberText.unknown
            guard let best = rows.max(by: { $0.quality < $1.quality }) else {
                return "No model reaches quality \(limit)."
            }
            return
                "No suitable model reaches quality \(limit): the best, \(best.arm.id), has \(NumberText.fixed(best.quality, 2))."
        }
    }
}
