import Synchronization

/// The series of one family, by the values of its labels: at most as many as its limit.
final class SeriesStore<Series: AnyObject & Sendable>: Sendable {
    let family: MetricFamily
    private let limit: Int
    private let make: @Sendable () -> Series
    private let state = Mutex(State())

    private struct State {
        var known: [[String]: Series] = [:]
        /// The series of all that came beyond the limit.
        var rest: Series?
    }

    init(_ family: MetricFamily, limit: Int, make: @escaping @Sendable () -> Series) {
        self.family = family
        self.limit = limit
        self.make = make
    }

    enum Place: Sendable {
        case own(Series)
        /// Beyond the limit: the series `_OTHER`. `nil` of a gauge, which has no value that stands for several.
        case rest(Series?)
    }

    /// - Parameter values: In the order of the family's labels.
    func series(for values: [String]) -> Place {
        state.withLock { state in
            if let series = state.known[values] { return .own(series) }
            guard state.known.count < limit else {
                guard family.kind != .gauge, family.kind != .info else { return .rest(nil) }
                let rest = state.rest ?? make()
                state.rest = rest
                return .rest(rest)
            }
            let series = make()
            state.known[values] = series
            return .own(series)
        }
    }

    /// Puts series in the place of all there are: of facts that are read as a whole, those that are gone go.
    ///
    /// - Returns: How many were beyond the limit.
    func replaceAll(with series: [(values: [String], series: Series)]) -> Int {
        var known: [[String]: Series] = [:]
        for (values, series) in series where known.count < limit || known[values] != nil { known[values] = series }
        let dropped = Set(series.map(\.values)).count - known.count
        state.withLock { $0.known = known }
        return dropped
    }

    func remove(_ series: Series) {
        state.withLock { state in
            guard let values = state.known.first(where: { $0.value === series })?.key else { return }
            state.known[values] = nil
        }
    }

    /// All series in a stable order, the one of the rest last.
    var all: [(values: [String], series: Series)] {
        let state = state.withLock { $0 }
        var all = state.known.map { (values: $0.key, series: $0.value) }
            .sorted { $0.values.lexicographicallyPrecedes($1.values) }
        if let rest = state.rest {
            all.append((values: family.labels.map { _ in LabelValues.other }, series: rest))
        }
        return all
    }
}
