package import LLMCore

/// The state of the harness itself during a run, so that its own troubles are not taken for a model's.
public struct HarnessHealth: Sendable, Hashable {
    /// Times of the harness's own delays, in milliseconds.
    public struct Delays: Sendable, Hashable {
        public var n: Int
        public var p50: Double
        public var p99: Double
        public var max: Double

        public init(n: Int, p50: Double, p99: Double, max: Double) {
            self.n = n
            self.p50 = p50
            self.p99 = p99
            self.max = max
        }
    }

    /// The delay with which a task woke that did nothing but sleep; `nil` when none did.
    public var lag: Delays?
    /// Processor time of the process, of that of all cores.
    public var cpuShare: Double?
    public var cores: Int?
    /// The distance by which the wall clock moved against the monotonic one, in milliseconds.
    public var clockStep: Double?
    /// The delay with which requests left that nothing held back; `nil` in a closed loop.
    public var departures: Delays?

    public init(
        lag: Delays? = nil, cpuShare: Double? = nil, cores: Int? = nil, clockStep: Double? = nil,
        departures: Delays? = nil
    ) {
        self.lag = lag
        self.cpuShare = cpuShare
        self.cores = cores
        self.clockStep = clockStep
        self.departures = departures
    }

    /// `lag p99 1.2 ms, max 5.0 ms · 43 % of 2 cores · clock step 60 µs`; what is unknown is left out.
    package var text: String {
        func time(_ milliseconds: Double) -> String { NumberText.duration(milliseconds: milliseconds) }
        func delays(_ name: String, _ delays: Delays?) -> String? {
            delays.map { "\(name) p99 \(time($0.p99)), max \(time($0.max))" }
        }
        return [
            delays("lag", lag),
            cpuShare.map { share in "\(NumberText.percent(share))" + (cores.map { " of \($0) cores" } ?? "") },
            clockStep.map { "clock step \(time($0))" }, delays("departures", departures),
        ].compactMap(\.self).joined(separator: " · ")
    }

    /// Beyond these a run's numbers are not to be trusted.
    enum Limit {
        /// Milliseconds, p99.
        static let lag = 10.0
        static let cpuShare = 0.9
        /// Milliseconds.
        static let clockStep = 100.0
        /// Milliseconds, p99.
        static let departures = 10.0
    }

    /// One for each figure over its limit: the figure, and the numbers that it spoils.
    package var warnings: [String] {
        func time(_ milliseconds: Double) -> String { NumberText.duration(milliseconds: milliseconds) }
        var warnings: [String] = []
        if let lag, lag.p99 > Limit.lag {
            warnings.append(
                "the event loop was late: p99 \(time(lag.p99)), max \(time(lag.max)); do not trust ttft_ms, ttfa_ms, gaps and tok/s closer than that"
            )
        }
        if let cpuShare, cpuShare > Limit.cpuShare {
            let cores = cores.map { " of \($0) core\($0 == 1 ? "" : "s")" } ?? ""
            warnings.append(
                "the process used \(NumberText.percent(cpuShare))\(cores): the harness was the limit; do not trust latencies, tok/s and rates"
            )
        }
        if let clockStep, clockStep.magnitude > Limit.clockStep {
            warnings.append(
                "the wall clock moved by \(time(clockStep)) against the monotonic one; do not trust times of day, and rates over a phase"
            )
        }
        if let departures, departures.p99 > Limit.departures {
            warnings.append(
                "requests left late: p99 \(time(departures.p99)), max \(time(departures.max)) after they were due; do not trust the offered rate and resp_ms closer than that"
            )
        }
        return warnings
    }
}

// MARK: - As JSON

extension HarnessHealth {
    /// Reads what ``json`` writes; `nil` for what is no object.
    init?(json: JSONValue) {
        guard json.object != nil else { return nil }
        self.init(
            lag: json["lag_ms"].flatMap(Delays.init(json:)), cpuShare: json["cpu_share"]?.double,
            cores: json["cores"]?.int, clockStep: json["clock_step_ms"]?.double,
            departures: json["departure_ms"].flatMap(Delays.init(json:)))
    }

    package var json: JSONValue {
        var object = JSONObject()
        object["lag_ms"] = lag?.json
        object["cpu_share"] = cpuShare.map { JSONValue(HarnessHealth.rounded($0)) }
        object["cores"] = cores.map { JSONValue($0) }
        object["clock_step_ms"] = clockStep.map { JSONValue(HarnessHealth.rounded($0)) }
        object["departure_ms"] = departures?.json
        return .object(object)
    }

    /// Microseconds are kept.
    fileprivate static func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
}

extension HarnessHealth.Delays {
    fileprivate init?(json: JSONValue) {
        guard let n = json["n"]?.int, let p50 = json["p50"]?.double, let p99 = json["p99"]?.double,
            let max = json["max"]?.double
        else { return nil }
        self.init(n: n, p50: p50, p99: p99, max: max)
    }

    fileprivate var json: JSONValue {
        [
            "n": JSONValue(n), "p50": JSONValue(HarnessHealth.rounded(p50)),
            "p99": JSONValue(HarnessHealth.rounded(p99)), "max": JSONValue(HarnessHealth.rounded(max)),
        ]
    }
}
