/// One column's figure of one arm over resampled cases: given how often each case was drawn, in time linear in their number.
struct ResampledFigure {
    private enum Kind {
        case ratio([(above: Double, below: Double)])
        /// Ascending, each with its case.
        case quantile([(value: Double, place: Int)], Double)
    }
    private let kind: Kind

    init(_ metric: ReportMetric, _ cases: [ArmSample.CaseSample]) {
        switch metric {
        case .passRate: kind = .ratio(cases.map { (Double($0.passed), Double($0.gradable)) })
        case .passRateStrict: kind = .ratio(cases.map { (Double($0.passed), Double($0.attempted)) })
        case .failureRate: kind = .ratio(cases.map { (Double($0.failed), Double($0.attempted)) })
        case .quality: kind = .ratio(cases.map { ($0.score, Double($0.scored)) })
        case .costPerThousand: kind = .ratio(cases.map { ($0.cost, Double($0.priced)) })
        case .costPerPass: kind = .ratio(cases.map { ($0.cost, Double($0.pricedPasses)) })
        case .timePerPass: kind = .ratio(cases.map { ($0.waited, Double($0.passed)) })
        case .respP50: kind = ResampledFigure.quantile(cases, 0.5, \.resp)
        case .respP95: kind = ResampledFigure.quantile(cases, 0.95, \.resp)
        case .respOkP50: kind = ResampledFigure.quantile(cases, 0.5) { $0.resp.filter(\.isFinite) }
        case .respOkP95: kind = ResampledFigure.quantile(cases, 0.95) { $0.resp.filter(\.isFinite) }
        case .ttftP50: kind = ResampledFigure.quantile(cases, 0.5, \.ttft)
        case .ttfaP50: kind = ResampledFigure.quantile(cases, 0.5, \.ttfa)
        case .decodeP50: kind = ResampledFigure.quantile(cases, 0.5, \.decode)
        case .decodeSpeed: kind = ResampledFigure.quantile(cases, 0.5, \.decodeSpeed)
        case .endToEndSpeed: kind = ResampledFigure.quantile(cases, 0.5, \.endToEndSpeed)
        case .characterSpeed: kind = ResampledFigure.quantile(cases, 0.5, \.characterSpeed)
        }
    }

    private static func quantile(
        _ cases: [ArmSample.CaseSample], _ q: Double, _ values: (ArmSample.CaseSample) -> [Double]
    ) -> Kind {
        let all = cases.enumerated().flatMap { place, sample in values(sample).map { (value: $0, place: place) } }
        return .quantile(all.sorted { ($0.value, $0.place) < ($1.value, $1.place) }, q)
    }

    /// Infinite for a ratio over nothing; not a number when no observation was drawn.
    func value(_ counts: [Int]) -> Double {
        switch kind {
        case .ratio(let pairs):
            var (above, below) = (0.0, 0.0)
            for place in pairs.indices {
                above += Double(counts[place]) * pairs[place].above
                below += Double(counts[place]) * pairs[place].below
            }
            return below == 0 ? .infinity : above / below
        case .quantile(let sorted, let q):
            let total = sorted.reduce(0) { $0 + counts[$1.place] }
            var rest = max(1, Int((q * Double(total) - 1e-9).rounded(.up)))
            for entry in sorted {
                rest -= counts[entry.place]
                if rest <= 0 { return entry.value }
            }
            return .nan
        }
    }
}
