import LLMCore

/// A writer of metrics as text: families by name, series by the values of their labels, so that the same numbers are the same bytes.
struct Exposition {
    private let format: ExpositionFormat
    private var out: [UInt8] = []

    private init(_ format: ExpositionFormat) {
        self.format = format
    }

    /// The whole response to a scrape.
    static func bytes(of snapshot: MetricsSnapshot, as format: ExpositionFormat) -> [UInt8] {
        var exposition = Exposition(format)
        exposition.out.reserveCapacity(1 << 16)
        for entry in snapshot.families where !entry.points.isEmpty { exposition.write(entry) }
        if format == .openMetrics { exposition.write("# EOF\n") }
        return exposition.out
    }

    private mutating func write(_ entry: MetricsSnapshot.Entry) {
        let family = entry.family
        // Before OpenMetrics a counter's `_total` was part of its family's name.
        let name = format == .openMetrics || !family.kind.isScalar ? family.name : family.sampleNames[0]
        write("# HELP \(name) \(help(family.help))\n# TYPE \(name) \(family.kind.typeName(format))\n")
        if format == .openMetrics, family.unit != .none { write("# UNIT \(name) \(family.unit.rawValue)\n") }
        for point in entry.points {
            let labels = labels(of: point, family)
            switch point.value {
            case .scalar(let value): sample(family.sampleNames[0], labels, text(value))
            case .histogram(let value): write(value, labels, family)
            }
        }
    }

    private mutating func write(_ value: HistogramValue, _ labels: [String], _ family: MetricFamily) {
        var running: UInt64 = 0
        for (bound, count) in zip(value.buckets.bounds, value.counts) {
            running += count
            sample(family.name + "_bucket", labels + ["le=\"\(boundText(bound))\""], "\(running)")
        }
        sample(family.name + "_bucket", labels + ["le=\"+Inf\""], "\(value.count)")
        sample(family.name + "_sum", labels, text(value.scalarSum))
        sample(family.name + "_count", labels, "\(value.count)")
    }

    private mutating func sample(_ name: String, _ labels: [String], _ value: String) {
        write(labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels.joined(separator: ","))} \(value)\n")
    }

    private mutating func write(_ text: String) { out.append(contentsOf: text.utf8) }

    /// An empty label is the same as none, for Prometheus.
    private func labels(of point: MetricPoint, _ family: MetricFamily) -> [String] {
        zip(family.labels, point.labels).filter { !$0.1.isEmpty }
            .map { "\($0.exposedName)=\"\(Exposition.escaped($1, quotes: true))\"" }
    }

    private func help(_ text: String) -> String {
        Exposition.escaped(text, quotes: format == .openMetrics)
    }

    /// Backslashes, line feeds and, of labels, quotes.
    static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
        return text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
            .replacing("\"", with: quotes ? "\\\"" : "\"")
    }

    // MARK: Numbers

    private func text(_ value: ScalarValue) -> String {
        switch value {
        case .integer(let value): String(value)
        case .dollars(let amount): amount.description
        case .nanoseconds(let value): Exposition.seconds(value)
        case .real(let value): Exposition.number(value)
        }
    }

    /// Seconds of a count of nanoseconds, exactly: `1.5`, `0.000000001`.
    static func seconds(_ nanoseconds: Int64) -> String {
        let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        let sign = nanoseconds < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        var digits = String(rest)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }

    /// The bound of a bucket: a float always has a point in OpenMetrics.
    private func boundText(_ bound: Double) -> String {
        format == .openMetrics ? Exposition.float(bound) : Exposition.number(bound)
    }

    /// A whole number without a point, as Prometheus prints it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        guard value.isFinite else { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func float(_ value: Double) -> String {
        Int64(exactly: value).map { "\($0).0" } ?? "\(value)"
    }
}

extension MetricFamily.Kind {
    fileprivate var isScalar: Bool { if case .histogram = self { false } else { true } }

    fileprivate func typeName(_ format: ExpositionFormat) -> String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .info: format == .openMetrics ? "info" : "gauge"
        case .histogram: "histogram"
        }
    }
}
