import Metrics
import Synchronization

/// A backend of swift-metrics that keeps counters, gauges and histograms in memory, for an exposition or an export.
///
/// Its families are those of a catalogue, and each holds a bounded number of series, whatever callers send: a series beyond the limit is
/// counted under `_OTHER`, and `dirgen_metrics_series_dropped_total` says how often. What is reported under a label of no family is
/// dropped and counted there, too. Safe to use from any thread; an update is one dictionary look-up and one atomic or locked addition.
final class MetricsRegistry: MetricsFactory {
    /// Series of one family, unless another limit is given.
    static let usualLimit = 1_000

    let families: [MetricFamily]
    private let scalars: [String: SeriesStore<ScalarSeries>]
    private let histograms: [String: SeriesStore<HistogramSeries>]
    private let vocabulary: Mutex<MetricVocabulary>
    private let dropped: SeriesStore<ScalarSeries>?

    init(
        families: [MetricFamily] = MetricCatalogue.all, seriesLimit: Int = usualLimit,
        vocabulary: MetricVocabulary = .open
    ) {
        self.families = (families + [MetricCatalogue.seriesDropped]).reduce(into: []) { all, family in
            if !all.contains(where: { $0.id == family.id }) { all.append(family) }
        }
        var scalars: [String: SeriesStore<ScalarSeries>] = [:]
        var histograms: [String: SeriesStore<HistogramSeries>] = [:]
        for family in self.families {
            if case .histogram(let bounds) = family.kind {
                let buckets = HistogramBuckets(bounds, scale: family.representation == .nanoseconds ? 1e9 : 1)
                histograms[family.id] = SeriesStore(family, limit: seriesLimit) { HistogramSeries(buckets) }
            } else {
                let representation = family.representation
                // As many as there are families: it needs no limit.
                let limit = family.id == MetricCatalogue.seriesDropped.id ? .max : seriesLimit
                scalars[family.id] = SeriesStore(family, limit: limit) { ScalarSeries(representation) }
            }
        }
        self.scalars = scalars
        self.histograms = histograms
        self.vocabulary = Mutex(vocabulary)
        dropped = scalars[MetricCatalogue.seriesDropped.id]
        preset()
    }

    /// Counters whose label values are known begin at zero: one that appears with its first event has no increase to see.
    private func preset() {
        for family in families where family.kind == .counter {
            var combinations: [[String]] = [[]]
            for label in family.labels {
                guard case .closed(let values) = label.values else { combinations = []; break }
                combinations = combinations.flatMap { head in values.map { head + [$0] } }
            }
            guard combinations.count <= MetricsRegistry.presetLimit else { continue }
            for values in combinations { _ = scalar(family, values) }
        }
        _ = dropped?.series(for: [LabelValues.other], bound: { $0 })
    }

    /// Series that a family begins with at most.
    private static let presetLimit = 64

    /// Takes over the label values of a configuration that was read again; series there are stay.
    func use(_ vocabulary: MetricVocabulary) {
        self.vocabulary.withLock { $0 = vocabulary }
        // Afterwards: a look-up that has read the old one ends before its store forgets.
        for store in scalars.values { store.forgetValues() }
        for store in histograms.values { store.forgetValues() }
    }

    // MARK: Series

    /// The series of a counter or a gauge, to be kept by who updates it often; `nil` when there is none for it.
    ///
    /// - Parameter values: In the order of the family's labels.
    func scalar(_ family: MetricFamily, _ values: [String] = []) -> ScalarSeries? {
        scalars[family.id].flatMap { place(in: $0, values) }
    }

    /// The series of a histogram; `nil` when there is none for it.
    func histogram(_ family: MetricFamily, _ values: [String] = []) -> HistogramSeries? {
        histograms[family.id].flatMap { place(in: $0, values) }
    }

    /// Puts the samples of a gauge in the place of all that it shows.
    func publish(_ family: MetricFamily, _ samples: [GaugeSample]) {
        guard let store = scalars[family.id] else { return }
        let series = samples.map { sample in
            let series = ScalarSeries(family.representation)
            series.set(sample.value)
            return (values: bounded(sample.labels, family), series: series)
        }
        let beyond = store.replaceAll(with: series)
        if beyond > 0 { countDropped(family.name, beyond) }
    }

    private func place<Series>(in store: SeriesStore<Series>, _ values: [String]) -> Series? {
        switch store.series(for: values, bound: { bounded($0, store.family) }) {
        case .own(let series): return series
        case .rest(let series):
            countDropped(store.family.name, 1)
            return series
        }
    }

    private func bounded(_ values: [String], _ family: MetricFamily) -> [String] {
        let vocabulary = vocabulary.withLock { $0 }
        return family.labels.enumerated().map { index, label in
            index < values.count ? vocabulary.bounded(values[index], label.values) : ""
        }
    }

    private func countDropped(_ family: String, _ count: Int) {
        guard case .own(let series)? = dropped?.series(for: [family], bound: { $0 }) else { return }
        series.increment(by: Int64(count))
    }

    // MARK: swift-metrics

    /// The values of a family's labels among the dimensions, which may stand in any order.
    private func values(_ dimensions: [(String, String)], _ family: MetricFamily) -> [String] {
        family.labels.enumerated().map { index, label in
            if index < dimensions.count, dimensions[index].0 == label.name { return dimensions[index].1 }
            return dimensions.first { $0.0 == label.name }?.1 ?? ""
        }
    }

    private func scalar(
        _ label: String, _ dimensions: [(String, String)], where fits: (MetricFamily) -> Bool
    ) -> ScalarSeries? {
        guard let store = scalars[label], fits(store.family) else {
            countDropped(LabelValues.other, 1)
            return nil
        }
        return place(in: store, values(dimensions, store.family))
    }

    private func histogram(
        _ label: String, _ dimensions: [(String, String)], _ representation: MetricFamily.Representation
    ) -> HistogramSeries? {
        guard let store = histograms[label], store.family.representation == representation else {
            countDropped(LabelValues.other, 1)
            return nil
        }
        return place(in: store, values(dimensions, store.family))
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        scalar(label, dimensions) { $0.kind == .counter && $0.representation == .integer }
            ?? NOOPMetricsHandler.instance
    }

    func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        scalar(label, dimensions) { $0.kind == .counter && $0.representation != .integer }
            ?? NOOPMetricsHandler.instance
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        scalar(label, dimensions) { $0.kind == .gauge } ?? NOOPMetricsHandler.instance
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { return histogram(label, dimensions, .integer) ?? NOOPMetricsHandler.instance }
        return scalar(label, dimensions) { $0.kind == .gauge } ?? NOOPMetricsHandler.instance
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions, .nanoseconds) ?? NOOPMetricsHandler.instance
    }

    func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    /// Rare: searched in all families, as a handler does not say which one is its own.
    private func remove(_ handler: AnyObject) {
        if let series = handler as? ScalarSeries { for store in scalars.values { store.remove(series) } }
        if let series = handler as? HistogramSeries { for store in histograms.values { store.remove(series) } }
    }

    // MARK: Reading

    /// All series there are, by the names of their families and the values of their labels.
    func snapshot() -> MetricsSnapshot {
        MetricsSnapshot(
            families: families.sorted { $0.name < $1.name }.map { family in
                let points =
                    if let store = scalars[family.id] {
                        store.all.map { MetricPoint(labels: $0.values, value: .scalar($0.series.value)) }
                    } else {
                        (histograms[family.id]?.all ?? []).map {
                            MetricPoint(labels: $0.values, value: .histogram($0.series.value))
                        }
                    }
                return MetricsSnapshot.Entry(family: family, points: points)
            })
    }
}

/// One value of a gauge that is read as a whole.
struct GaugeSample: Sendable, Hashable {
    /// In the order of the family's labels.
    var labels: [String]
    var value: ScalarValue

    init(_ labels: [String], _ value: ScalarValue) {
        self.labels = labels
        self.value = value
    }
}

/// All series of a registry at one instant.
struct MetricsSnapshot: Sendable {
    struct Entry: Sendable {
        var family: MetricFamily
        var points: [MetricPoint]
    }
    var families: [Entry]
}

/// One series at one instant.
struct MetricPoint: Sendable, Hashable {
    enum Value: Sendable, Hashable {
        case scalar(ScalarValue)
        case histogram(HistogramValue)
    }
    /// In the order of the family's labels; an empty one does not apply.
    var labels: [String]
    var value: Value
}
