import ArgumentParser
import BenchCore
import DirGenAPI
import LLMCore

/// The options that say when the calls of a run start, and what they must keep.
struct LoadOptions: ParsableArguments {
    /// The names of load models.
    enum Kind: String, ExpressibleByArgument, CaseIterable, Sendable {
        case closed, constant, poisson, replay
    }

    @Option(
        name: .customLong("load"),
        help: ArgumentHelp(
            "closed: a call starts when another ends (default). constant, poisson: calls start at --rate, whatever becomes of the earlier ones. replay: at each case's at_ms. Open loads run one model at a time and replace no selection table without --derive.",
            valueName: "model"))
    var kind: Kind?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Calls a second under constant or poisson load: R, or a sweep A:B.", valueName: "rate"),
        transform: RateArgument.range)
    var rate: ClosedRange<Double>?

    @Option(
        parsing: .unconditional, help: "Rates of a sweep, in equal ratios from A to B (default 6).",
        transform: NumberArgument.whole(2...RateSweep.mostSteps))
    var steps: Int?

    @Option(
        help: ArgumentHelp(
            "Service level objective: limits of ttft_ms, ttfa_ms, resp_ms, e2e_ms, tpot_ms, and the share of trials that must keep them, as ttft_ms=500,share=0.95.",
            valueName: "limits"), transform: RateArgument.objective)
    var slo: ServiceObjective?

    private static let usualSteps = 6

    /// - Throws: ``CommandError`` for options that do not fit together, with what to write instead.
    func model(repeats: Int, concurrency: Int?, reuse: Bool) throws -> LoadModel {
        let model = try named()
        guard model.isOpen else { return model }
        func refuse(_ message: String, _ hint: String) -> CommandError { CommandError(.usage, message, hint: hint) }
        if reuse {
            throw refuse(
                "--reuse puts no load on a model: its answers were asked for in another run", "leave --reuse out")
        }
        if let concurrency, concurrency > LoadModel.mostInFlight {
            throw refuse(
                "--concurrency \(concurrency): an open load has at most \(LoadModel.mostInFlight) calls in flight",
                "leave --concurrency out, or write a smaller one")
        }
        if model == .replay, repeats > 1 {
            throw refuse("--repeat does not go with --load replay, which sends each case once", "leave --repeat out")
        }
        return model
    }

    private func named() throws -> LoadModel {
        switch kind ?? .closed {
        case .closed:
            if rate != nil {
                throw CommandError(
                    .usage, "--rate needs an open load: in a closed loop the answers set the rate",
                    hint: "write --load poisson --rate \(rateText)")
            }
            try refuseSteps()
            return .closed
        case .replay:
            if rate != nil {
                throw CommandError(
                    .usage, "--rate does not go with --load replay, which sends at the recorded times",
                    hint: "leave --rate out, or write --load poisson --rate \(rateText)")
            }
            try refuseSteps()
            return .replay
        case .constant: return .constant(try sweep("constant"))
        case .poisson: return .poisson(try sweep("poisson"))
        }
    }

    private func sweep(_ name: String) throws -> RateSweep {
        guard let rate else {
            throw CommandError(
                .usage, "--load \(name) needs --rate",
                hint: "write --load \(name) --rate 10, or --rate 1:32 for a sweep")
        }
        if rate.lowerBound == rate.upperBound { try refuseSteps() }
        return RateSweep(rate.lowerBound, to: rate.upperBound, steps: steps ?? LoadOptions.usualSteps)
    }

    private func refuseSteps() throws {
        guard let steps else { return }
        throw CommandError(
            .usage, "--steps needs a sweep of rates", hint: "write --load poisson --rate 1:32 --steps \(steps)")
    }

    private var rateText: String {
        guard let rate else { return "10" }
        let (low, high) = (NumberText.rate(rate.lowerBound), NumberText.rate(rate.upperBound))
        return low == high ? low : "\(low):\(high)"
    }
}

/// Rates and objectives on the command line.
enum RateArgument {
    @Sendable static func range(_ text: String) throws -> ClosedRange<Double> {
        let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard ends.count <= 2, let low = ends.first ?? nil, let high = ends.last ?? nil, low >= 0.001, high <= 100_000,
            low <= high, ends.count == 1 || low < high
        else {
            throw ValidationError(
                "expected calls a second from 0.001 to 100000, such as 10, or a rising sweep such as 1:32")
        }
        return low...high
    }

    @Sendable static func objective(_ text: String) throws -> ServiceObjective {
        do throws(ServiceObjective.Fault) {
            return try ServiceObjective(text)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
