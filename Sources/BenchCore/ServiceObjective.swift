package import LLMCore

/// A service level objective: limits that a share of all trials keep.
public struct ServiceObjective: Sendable, Hashable {
    /// A figure of a trial that can be limited, under the name of its column.
    public enum Measure: String, Sendable, Hashable, CaseIterable {
        case ttft = "ttft_ms"
        case ttfa = "ttfa_ms"
        case resp = "resp_ms"
        case e2e = "e2e_ms"
        case tpot = "tpot_ms"
    }

    /// Milliseconds; at least one.
    public var limits: [Measure: Double]
    /// Of the trials, within 0...1.
    public var share: Double

    public static let defaultShare = 0.95

    public init(limits: [Measure: Double], share: Double = ServiceObjective.defaultShare) {
        self.limits = limits
        self.share = share
    }

    /// The reason for which a text is no objective, described for its author.
    public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    /// Reads `ttft_ms=500,share=0.95`.
    public init(_ text: String) throws(Fault) {
        self.init(limits: [:])
        var hasShare = false
        let known = (Measure.allCases.map(\.rawValue) + ["share"]).joined(separator: ", ")
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else {
                throw Fault(description: "expected key=value, found '\(part)'; keys are \(known)")
            }
            let (key, value) = (String(pair[0]), String(pair[1]))
            if key == "share" {
                guard !hasShare else { throw Fault(description: "share is given twice") }
                guard let share = Double(value), share > 0, share < 1 else {
                    throw Fault(description: "share: expected a share between 0 and 1, such as 0.95, found '\(value)'")
                }
                (self.share, hasShare) = (share, true)
                continue
            }
            guard let measure = Measure(rawValue: key) else {
                throw Fault(description: "unknown key '\(key)'; keys are \(known)")
            }
            guard limits[measure] == nil else { throw Fault(description: "\(key) is given twice") }
            guard let limit = Double(value), limit > 0, limit.isFinite else {
                throw Fault(description: "\(key): expected milliseconds above 0, such as 500, found '\(value)'")
            }
            limits[measure] = limit
        }
        guard !limits.isEmpty else { throw Fault(description: "no limit is given; keys are \(known)") }
    }
}

extension ServiceObjective {
    /// Every limit is kept. What is unknown is not kept; a time per token that one chunk does not have limits nothing.
    ///
    /// - Parameter wait: The time before the answer's request was sent that counts too, in milliseconds.
    package func isKept(by metrics: TrialMetrics, after wait: Double = 0) -> Bool {
        limits.allSatisfy { measure, limit in
            switch measure {
            case .ttft: metrics.ttft.map { wait + $0 <= limit } ?? false
            case .ttfa: metrics.ttfa.map { wait + $0 <= limit } ?? false
            case .resp: metrics.resp <= limit
            case .e2e: metrics.e2e.map { wait + $0 <= limit } ?? false
            case .tpot: metrics.tpot.map { $0 <= limit } ?? true
            }
        }
    }

    /// `ttft 500 ms, resp 2 s`.
    package var limitsText: String {
        Measure.allCases.compactMap { measure in
            limits[measure].map { "\(measure.rawValue.dropLast(3)) \(ServiceObjective.time($0))" }
        }.joined(separator: ", ")
    }

    /// `95 % within ttft 500 ms`.
    package var text: String { "\(NumberText.rate(share * 100)) % within \(limitsText)" }

    private static func time(_ milliseconds: Double) -> String {
        milliseconds >= 1_000 ? "\(NumberText.rate(milliseconds / 1_000)) s" : "\(NumberText.rate(milliseconds)) ms"
    }

    /// Reads what ``json`` writes; `nil` for anything else.
    package init?(json: JSONValue) {
        guard json.object != nil else { return nil }
        var limits: [Measure: Double] = [:]
        for measure in Measure.allCases { limits[measure] = json[measure.rawValue]?.double }
        guard !limits.isEmpty, let share = json["share"]?.double else { return nil }
        self.init(limits: limits, share: share)
    }

    package var json: JSONValue {
        var object = JSONObject()
        for measure in Measure.allCases { object[measure.rawValue] = limits[measure].map { JSONValue($0) } }
        object["share"] = JSONValue(share)
        return .object(object)
    }
}

extension TrialMetrics {
    /// From the instant at which the call was due to the sending of the request that was answered: the harness's own queue, and
    /// earlier attempts with the waits between them.
    package var waitBeforeAnswer: Double { max(queue, e2e.map { resp - $0 } ?? 0) }
}

extension TrialRow {
    /// The answer is whole, passed where it could be graded, and came within every limit: the objective's, and the case's own.
    ///
    /// - Parameter wait: The time before the answer's request was sent that counts too, in milliseconds.
    package func isGood(
        under objective: ServiceObjective?, and own: BenchCase.ServiceLevel?, after wait: Double = 0
    ) -> Bool {
        guard outcome == .ok, passed ?? true, objective?.isKept(by: metrics, after: wait) ?? true else { return false }
        if let limit = own?.ttfa, !(metrics.ttfa.map { wait + $0 <= limit } ?? false) { return false }
        return own?.resp.map { metrics.resp <= $0 } ?? true
    }
}
