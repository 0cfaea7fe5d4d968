import ArgumentParser
import BenchCore
import Foundation
import LLMCore
import TestSupport

/// Holds the selection table's promises against worlds whose truth is known, and prints one Markdown table.
@main struct BenchScience: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-science",
        abstract: "Measures how often certificates are wrong, intervals miss, and seeds change verdicts.")

    @Option(help: "Seed of all worlds.") var seed: UInt64 = 1
    @Option(help: "Runs a cell.") var runs = 1_000
    @Option(help: "Only bars whose name and world contain all of this, separated by commas.") var only: String?

    func run() async throws {
        print("# What the selection table's words are worth\n")
        print("Rebuilt by `scripts/bench-science --seed \(seed) --runs \(runs)`; ± is one standard error.\n")
        print("| bar | world | measured | asked | |")
        print("| --- | --- | ---: | ---: | --- |")
        var failures = 0
        let wanted = only?.split(separator: ",") ?? []
        for bar in ScienceBar.all where wanted.allSatisfy("\(bar.name) | \(bar.world)".contains) {
            let tally = await bar.measure(runs: runs, seed: seed)
            let line = bar.line(tally)
            failures += line.isMet ? 0 : 1
            print(line.text)
            fflush(nil)
        }
        print("\n\(failures == 0 ? "All bars are met." : "\(failures) bars are not met.")")
        if failures > 0 { throw ExitCode(1) }
    }
}

/// One figure that must hold, and the world it is measured in.
struct ScienceBar: Sendable {
    enum Measure: Sendable {
        /// Of all runs.
        case wrongAtMost(Double)
        /// Of the runs that count.
        case rightAtLeast(Double)
        case certifiedBetween(Double, Double)
        /// At least as many as another rule certifies, less two standard errors.
        case certifiedAsOftenAs(@Sendable (Range<UInt64>) -> SelectionTally)
    }
    let name: String
    let world: String
    let measure: Measure
    let tally: @Sendable (Range<UInt64>) -> SelectionTally

    /// Spreads the runs over the processors.
    private func gather(
        runs: Int, seed: UInt64, _ tally: @escaping @Sendable (Range<UInt64>) -> SelectionTally
    ) async -> SelectionTally {
        let first = seed &* 1_000_000
        let chunk = max(1, runs / 16)
        return await withTaskGroup(of: SelectionTally.self) { group in
            for start in stride(from: 0, to: runs, by: chunk) {
                let range = first + UInt64(start)..<first + UInt64(min(runs, start + chunk))
                group.addTask { tally(range) }
            }
            return await group.reduce(SelectionTally(), +)
        }
    }

    func measure(runs: Int, seed: UInt64) async -> (own: SelectionTally, other: SelectionTally?) {
        let own = await gather(runs: runs, seed: seed, tally)
        guard case .certifiedAsOftenAs(let rule) = measure else { return (own, nil) }
        return (own, await gather(runs: runs, seed: seed, rule))
    }

    func line(_ tally: (own: SelectionTally, other: SelectionTally?)) -> (text: String, isMet: Bool) {
        let own = tally.own
        let share: Double
        let asked: String
        let isMet: Bool
        switch measure {
        case .wrongAtMost(let most):
            share = own.wrongShare
            asked = "<= \(percent(most))"
            isMet = share <= most
        case .rightAtLeast(let least):
            share = own.certifiedShare
            asked = ">= \(percent(least))"
            isMet = share >= least
        case .certifiedBetween(let low, let high):
            share = own.certifiedShare
            asked = "\(percent(low)) to \(percent(high))"
            isMet = own.runs > 0 && (low...high).contains(share)
        case .certifiedAsOftenAs:
            let other = tally.other?.certifiedShare ?? 0
            share = own.certifiedShare
            asked = ">= \(percent(other)) (the rule before)"
            isMet = share >= other - 2 * error(other, own.runs)
        }
        let counts =
            own.runs > 0 ? "\(percent(share)) ± \(percent(error(share, own.runs))) of \(own.runs)" : "no run counts"
        return ("| \(name) | \(world) | \(counts) | \(asked) | \(isMet ? "met" : "**not met**") |", isMet)
    }

    private func error(_ share: Double, _ runs: Int) -> Double {
        runs > 0 ? (share * (1 - share) / Double(runs)).squareRoot() : 0
    }
    private func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
