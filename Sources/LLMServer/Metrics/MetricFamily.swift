/// A metric family: one name, kind, unit and set of labels, under which series are kept.
struct MetricFamily: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case counter, gauge
        /// A gauge of 1 whose labels are the facts.
        case info
        /// Upper bounds of the buckets, ascending, in the family's unit; what is above the last goes to `+Inf`.
        case histogram([Double])
    }

    /// Base units of Prometheus, as they stand at the end of a name.
    enum Unit: String, Sendable, Hashable {
        case none = ""
        case seconds, bytes, usd
    }

    /// The form in which a series holds its number: integers wherever sums must be exact.
    enum Representation: Sendable, Hashable {
        case integer, nanoseconds, dollars, real
    }

    struct Label: Sendable, Hashable {
        /// OpenTelemetry's spelling, with dots.
        var name: String
        var values: LabelValues

        init(_ name: String, _ values: LabelValues) {
            self.name = name
            self.values = values
        }

        /// Prometheus's spelling.
        var exposedName: String { MetricFamily.underscored(name) }
    }

    /// The label under which swift-metrics knows it, with dots: OpenTelemetry's name of the instrument.
    let id: String
    let kind: Kind
    let unit: Unit
    /// OpenTelemetry's unit, where it is none of Prometheus's: `{token}`.
    let annotation: String?
    let labels: [Label]
    let help: String
    /// The name in an exposition, without `_total`, `_bucket` and the like.
    let name: String

    init(
        _ id: String, _ kind: Kind, _ unit: Unit = .none, annotation: String? = nil, labels: [Label] = [], help: String
    ) {
        self.id = id
        self.kind = kind
        self.unit = unit
        self.annotation = annotation
        self.labels = labels
        self.help = help
        let name = MetricFamily.underscored(id)
        let suffix = "_" + unit.rawValue
        self.name = unit == .none || name.hasSuffix(suffix) ? name : name + suffix
    }

    /// The names of its samples, by which queries refer to it.
    var sampleNames: [String] {
        switch kind {
        case .counter: [name + "_total"]
        case .gauge: [name]
        case .info: [name + "_info"]
        case .histogram: [name + "_bucket", name + "_sum", name + "_count"]
        }
    }

    var representation: Representation {
        switch (kind, unit) {
        case (_, .usd): .dollars
        case (.gauge, _), (.info, _): .real
        case (_, .seconds): .nanoseconds
        default: .integer
        }
    }

    /// The unit as UCUM has it, for OTLP.
    var otelUnit: String {
        switch unit {
        case .none: annotation ?? "1"
        case .seconds: "s"
        case .bytes: "By"
        case .usd: "USD"
        }
    }

    private static func underscored(_ text: String) -> String {
        String(text.map { $0 == "." ? "_" : $0 })
    }
}

/// The values that a label may take; any other is counted as ``LabelValues/other``.
enum LabelValues: Sendable, Hashable {
    case closed(Set<String>)
    /// Names of configured models, and of their dated snapshots under the configured name.
    case models
    /// Configured models as `provider/model`.
    case modelIDs
    case providers
    case tasks
    /// Any, up to the limit of series.
    case open

    /// The value of what is not among the known ones.
    static let other = "_OTHER"
}
