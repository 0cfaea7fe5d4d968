import LLMCore

/// The comparison of a report's arms: the best of each column, what is tied with it, the frontier, and each arm's difference to the chosen one.
struct ReportComparison {
    let samples: [ArmSample]
    let table: SelectionTable?
    /// Of each case, by its place.
    let clusters: [Int]
    let statistics: ReportStatistics

    /// Below this many cases in common neither a difference nor a tie is claimed.
    static let leastShared = 6

    /// - Returns: The columns without a mark: their best stands on too few cases to be compared.
    func mark(_ arms: inout [ArmSummary], chosen: ArmID?) -> [ReportMetric] {
        let uncompared = ReportMetric.columns.filter { !markBest($0, &arms) }
        markFrontier(&arms)
        if let chosen { markDifferences(&arms, to: chosen) }
        return uncompared
    }

    /// - Returns: `false` when the best has too few cases.
    private func markBest(_ metric: ReportMetric, _ arms: inout [ArmSummary]) -> Bool {
        let values = arms.indices.compactMap { index in
            competes(arms[index], metric) ? arms[index][metric].value.map { (index: index, value: $0) } : nil
        }
        let best = metric.isHigherBetter ? values.map(\.value).max() : values.map(\.value).min()
        guard let best, best.isFinite, values.count > 1, let first = values.first(where: { $0.value == best }) else {
            return true
        }
        guard values.contains(where: { $0.value == best && cases(with: metric, samples[$0.index]) >= Self.leastShared })
        else { return false }
        for entry in values where entry.value == best { arms[entry.index].best.insert(metric) }
        let others = values.filter { $0.value != best }
        let compared = others.compactMap { entry in
            pValue(metric, samples[first.index], samples[entry.index]).map { (index: entry.index, p: $0) }
        }
        // Of many equals one looks worse by chance: all comparisons of a column are paid for.
        for (entry, p) in zip(compared, Statistics.holm(compared.map(\.p))) where p > 0.05 {
            arms[entry.index].tied.insert(metric)
        }
        return true
    }

    private func cases(with metric: ReportMetric, _ sample: ArmSample) -> Int {
        sample.cases.values.count { $0.has(metric) }
    }

    /// A model that never answered is cheap, and no example to anyone.
    private func competes(_ arm: ArmSummary, _ metric: ReportMetric) -> Bool {
        arm.inRun && (metric.unit != .usd || arm.counts.failed < arm.counts.attempted)
    }

    /// The p value of the difference, by a paired bootstrap over clusters; `nil` where too few cases are shared.
    private func pValue(_ metric: ReportMetric, _ best: ArmSample, _ other: ArmSample) -> Double? {
        let shared = best.cases.keys.filter {
            best.cases[$0]?.has(metric) == true && other.cases[$0]?.has(metric) == true
        }
        .sorted()
        guard shared.count >= ReportComparison.leastShared else { return nil }
        if metric == .quality, let differences = drawnDifferences(best.arm.id, other.arm.id) {
            return Statistics.pValue(ofDifferences: differences)
        }
        let groups = Dictionary(grouping: shared.indices) { clusters[shared[$0]] }.sorted { $0.key < $1.key }.map(
            \.value)
        // One group alone shows nothing of how groups vary.
        guard groups.count > 1 else { return 1 }
        let first = ResampledFigure(metric, shared.compactMap { best.cases[$0] })
        let second = ResampledFigure(metric, shared.compactMap { other.cases[$0] })
        var counts = [Int](repeating: 0, count: shared.count)
        let differences = Statistics.resampled(
            count: groups.count, statistics.seed, statistics.resamples(over: shared.count, work: 200_000)
        ) { indices in
            for place in counts.indices { counts[place] = 0 }
            for place in indices.lazy.flatMap({ groups[$0] }) { counts[place] += 1 }
            let difference = first.value(counts) - second.value(counts)
            // Infinite on both sides is no difference.
            return difference.isNaN ? 0 : difference
        }
        return Statistics.pValue(ofDifferences: differences)
    }

    /// From the draws behind the selection table, which are paired: the same evidence that the choice was made on.
    private func drawnDifferences(_ first: ArmID, _ second: ArmID) -> [Double]? {
        guard let a = table?.row(of: first)?.draws.quality, let b = table?.row(of: second)?.draws.quality,
            a.count == b.count, a.count >= 100
        else { return nil }
        return zip(a, b).map { $0 - $1 }
    }

    private func markFrontier(_ arms: inout [ArmSummary]) {
        let points = arms.indices.compactMap { index -> (index: Int, quality: Double, cost: Double)? in
            guard arms[index].inRun, let quality = arms[index][.quality].value,
                let cost = arms[index][.costPerThousand].value
            else { return nil }
            return (index, quality, cost)
        }
        for point in points {
            arms[point.index].isOnFrontier = !points.contains {
                $0.quality >= point.quality && $0.cost <= point.cost
                    && ($0.quality > point.quality || $0.cost < point.cost)
            }
        }
    }

    private func markDifferences(_ arms: inout [ArmSummary], to chosen: ArmID) {
        guard let reference = samples.first(where: { $0.arm.id == chosen }) else { return }
        for index in samples.indices where samples[index].arm.id != chosen {
            let mine = samples[index]
            let pairs = mine.cases.keys.sorted().compactMap { place -> (first: Double, second: Double, cluster: Int)? in
                guard let first = mine.cases[place]?.meanScore, let second = reference.cases[place]?.meanScore else {
                    return nil
                }
                return (first, second, clusters[place])
            }
            arms[index].difference = statistics.difference(
                pairs.map { ($0.first, $0.second) }, clusters: pairs.map(\.cluster))
        }
    }
}
