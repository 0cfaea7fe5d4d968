import Synchronization

/// The series of one family, by the values of its labels: at most as many as its limit.
final class SeriesStore<Series: AnyObject & Sendable>: Sendable {
    let family: MetricFamily
    private let limit: Int
    private let make: @Sendable () -> Series
    private let state = Mutex(State())
    /// The labels of the series of all that came beyond the limit, which is one more.
    private let rest: [String]

    private struct State {
        var known: [[String]: Series] = [:]
        /// Series by the values as they came, before they were bounded: most updates are found here, by one look-up.
        var cached: [[String]: Series] = [:]
    }

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

    /// - Parameters:
    ///   - values: In the order of the family's labels, as they came.
    ///   - bound: Makes them those of a series; not called for values that were seen before.
    func series(for values: [String], bound: ([String]) -> [String]) -> Place {
        state.withLock { state in
            if let series = state.cached[values] { return .own(series) }
            let bounded = bound(values)
            let place = place(of: bounded, in: &state)
            // Unknown values are made anew each time: a caller who invents them fills no cache.
            if case .own(let series) = place, state.cached.count < limit,
                bounded == values || !bounded.contains(LabelValues.other)
            {
                state.cached[values] = series
            }
            return place
        }
    }

    private func place(of values: [String], in state: inout State) -> Place {
        if let series = state.known[values] { return .own(series) }
        guard state.known.count >= limit else { return .own(add(values, to: &state)) }
        guard family.kind != .gauge, family.kind != .info else { return .rest(nil) }
        return .rest(state.known[rest] ?? add(rest, to: &state))
    }

    private func add(_ values: [String], to state: inout State) -> Series {
        let series = make()
        state.known[values] = series
        return series
    }

    /// Forgets which values go where; the series stay.
    func forgetValues() {
        state.withLock { $0.cached = [:] }
    }

    /// Puts series in the place of all there are: of facts that are read as a whole, those that are gone go.
    ///
    /// - Returns: How many were beyond the limit.
    func replaceAll(with series: [(values: [String], series: Series)]) -> Int {
        var kept: [[String]: Series] = [:]
        for (values, series) in series where kept.count < limit || kept[values] != nil { kept[values] = series }
        state.withLock { $0 = State(known: kept) }
        return Set(series.map(\.values)).count - kept.count
    }

    func remove(_ series: Series) {
        state.withLock { state in
            guard let values = state.known.first(where: { $0.value === series })?.key else { return }
            state.known[values] = nil
            state.cached = state.cached.filter { $0.value !== series }
        }
    }

    /// All series in a stable order.
    var all: [(values: [String], series: Series)] {
        state.withLock(\.known).map { (values: $0.key, series: $0.value) }
            .sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }
}
