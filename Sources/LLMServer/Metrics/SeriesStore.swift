import Synchronization

/// The series of one family, by the values of its labels: at most as many as its limit.
final class SeriesStore<Series: AnyObject & Sendable>: Sendable {
    let family: MetricFamily
    private let limit: Int
    private let make: @Sendable () -> Series
    private let known = Mutex<[[String]: Series]>([:])
    /// The labels of the series of all that came beyond the limit, which is one more.
    private let rest: [String]

    init(_ family: MetricFamily, limit: Int, make: @escaping @Sendable () -> Series) {
        self.family = family
        self.limit = limit
        self.make = make
        rest = family.labels.map { _ in LabelValues.other }
    }

    enum Place: Sendable {
        case own(Series)
        /// Beyond the limit: the series `_OTHER`. `nil` of a gauge, which has no value that stands for several.
        case rest(Series?)
    }

    /// - Parameter values: In the order of the family's labels.
    func series(for values: [String]) -> Place {
        known.withLock { known in
            if let series = known[values] { return .own(series) }
            guard known.count >= limit else { return .own(add(values, to: &known)) }
            guard family.kind != .gauge, family.kind != .info else { return .rest(nil) }
            return .rest(known[rest] ?? add(rest, to: &known))
        }
    }

    private func add(_ values: [String], to known: inout [[String]: Series]) -> Series {
        let series = make()
        known[values] = series
        return series
    }

    /// Puts series in the place of all there are: of facts that are read as a whole, those that are gone go.
    ///
    /// - Returns: How many were beyond the limit.
    func replaceAll(with series: [(values: [String], series: Series)]) -> Int {
        var kept: [[String]: Series] = [:]
        for (values, series) in series where kept.count < limit || kept[values] != nil { kept[values] = series }
        known.withLock { $0 = kept }
        return Set(series.map(\.values)).count - kept.count
    }

    func remove(_ series: Series) {
        known.withLock { known in
            guard let values = known.first(where: { $0.value === series })?.key else { return }
            known[values] = nil
        }
    }

    /// All series in a stable order.
    var all: [(values: [String], series: Series)] {
        known.withLock { $0 }.map { (values: $0.key, series: $0.value) }
            .sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }
}
