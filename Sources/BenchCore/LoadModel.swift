package import LLMCore

/// The rule by which the calls of a run follow one another.
public enum LoadModel: Sendable, Hashable {
    /// A closed loop: a call starts when another of its provider ends.
    case closed
    /// Open: calls start at equal distances, whatever becomes of the earlier ones.
    case constant(RateSweep)
    /// Open: calls start as a Poisson process, at exponential distances.
    case poisson(RateSweep)
    /// Open: each call starts at the recorded time of its case.
    case replay

    /// Calls start by the clock, not by the answers.
    public var isOpen: Bool { self != .closed }

    /// The rates in their order; `nil` where there is none to set.
    public var sweep: RateSweep? {
        switch self {
        case .constant(let sweep), .poisson(let sweep): sweep
        case .closed, .replay: nil
        }
    }

    /// Times that every case is asked, beside repeats: once for each rate.
    public var steps: Int { sweep?.steps ?? 1 }

    /// Calls in flight at once to a provider under an open load, unless another number is given: a bound on what can go wrong, not a load.
    public static let mostInFlight = 1_000
}

/// A grid of call rates in equal ratios, from the lowest to the highest.
public struct RateSweep: Sendable, Hashable {
    /// Calls a second.
    public let low: Double
    public let high: Double
    public let steps: Int

    /// Most steps of a sweep.
    public static let mostSteps = 100

    /// - Parameter steps: 1 where both ends are the same.
    public init(_ low: Double, to high: Double, steps: Int) {
        self.low = low
        self.high = high
        self.steps = low == high ? 1 : min(max(2, steps), RateSweep.mostSteps)
    }

    public init(_ rate: Double) { self.init(rate, to: rate, steps: 1) }

    /// The rates in ascending order; the ends are exact.
    public var rates: [Double] {
        guard steps > 1 else { return [low] }
        let ratio = Portable.ln(high / low) / Double(steps - 1)
        return (0..<steps).map { step in
            step == steps - 1 ? high : low * Portable.exponential(ratio * Double(step))
        }
    }
}

extension LoadModel: CustomStringConvertible {
    /// `Poisson arrivals, 1/s to 32/s in 6 steps`, for people; of a closed loop `closed loop`.
    public var description: String {
        switch self {
        case .closed: "closed loop"
        case .constant(let sweep): "constant arrivals, \(sweep)"
        case .poisson(let sweep): "Poisson arrivals, \(sweep)"
        case .replay: "replay of recorded times"
        }
    }
}

extension RateSweep: CustomStringConvertible {
    public var description: String {
        let first = RateSweep.text(low)
        return steps == 1 ? first : "\(first) to \(RateSweep.text(high)) in \(steps) steps"
    }

    /// `14.2/s`.
    package static func text(_ rate: Double) -> String { NumberText.rate(rate) + "/s" }
}

extension NumberText {
    /// Three significant digits, without the zeros that say nothing: `14.2`, `8`, `0.25`.
    package static func rate(_ value: Double) -> String {
        let text = NumberText.significant(value, 3)
        guard text.contains(".") else { return text }
        return String(String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }).reversed())
    }
}

// MARK: - As JSON

extension LoadModel {
    /// Reads what ``json`` writes; `nil` for anything else.
    package init?(json: JSONValue) {
        let name = json["model"]?.string
        switch name {
        case "closed": self = .closed
        case "replay": self = .replay
        case "constant", "poisson":
            guard let low = json["from_rps"]?.double, let high = json["to_rps"]?.double, low > 0, high >= low,
                high.isFinite, let steps = json["steps"]?.int, (1...RateSweep.mostSteps).contains(steps)
            else { return nil }
            let sweep = RateSweep(low, to: high, steps: steps)
            self = name == "constant" ? .constant(sweep) : .poisson(sweep)
        default: return nil
        }
    }

    package var json: JSONValue {
        func document(_ name: String, _ sweep: RateSweep) -> JSONValue {
            [
                "model": .string(name), "from_rps": JSONValue(sweep.low), "to_rps": JSONValue(sweep.high),
                "steps": JSONValue(sweep.steps),
            ]
        }
        return switch self {
        case .closed: ["model": "closed"]
        case .replay: ["model": "replay"]
        case .constant(let sweep): document("constant", sweep)
        case .poisson(let sweep): document("poisson", sweep)
        }
    }
}
