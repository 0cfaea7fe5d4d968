import LLMCore

/// Marks the best of each column, what is tied with it, and the frontier.
struct ReportComparison {
    let samples: [ArmSample]
    let table: SelectionTable?
    let seed: UInt64

    func mark(_ arms: inout [ArmSummary], chosen: ArmID?) {
        for metric in ReportMetric.columns { markBest(metric, &arms) }
        markFrontier(&arms)
    }

    private func markBest(_ metric: ReportMetric, _ arms: inout [ArmSummary]) {
        let values = arms.indices.compactMap { index in
            arms[index].inRun ? arms[index][metric].value.map { (index: index, value: $0) } : nil
        }
        let best = metric.isHigherBetter ? values.map(\.value).max() : values.map(\.value).min()
        guard let best, best.isFinite, values.count > 1 else { return }
        for entry in values where entry.value == best { arms[entry.index].best.insert(metric) }
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
}
