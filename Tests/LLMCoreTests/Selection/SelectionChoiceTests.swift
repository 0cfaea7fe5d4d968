import LLMCore
import Testing

@Suite("choosing from a selection table", .timeLimit(.minutes(2)))
struct SelectionChoiceTests {
    /// An arm with the given draws; what is not given is the same in all.
    private func row(
        _ model: String, quality: [Double], cost: Double? = 0.001, p95: Double? = 1_000, provider: ProviderID = "p",
        p95Draws: [Double?]? = nil
    ) -> SelectionRow {
        SelectionRow(
            arm: Arm(model: ModelID(provider: provider, name: model), endpoint: "e", simulated: true),
            quality: quality.reduce(0, +) / Double(quality.count), qualityLow: quality.min() ?? 0,
            qualityHigh: quality.max() ?? 0, passRate: 0.5, cost: cost.map { USD(pico: Int64($0 * 1e12)) },
            respP95: p95,
            respP95Low: nil, respP95High: nil, failureRate: 0, n: 100, runs: [],
            draws: SelectionDraws(
                quality: quality, costUSD: cost.map { Array(repeating: $0, count: quality.count) } ?? [],
                respP95: p95Draws ?? Array(repeating: p95, count: quality.count)))
    }

    private func table(
        _ rows: [SelectionRow], cases: Int = 100, incumbent: String? = nil, defaults: SelectionConstraints = .init()
    ) -> SelectionTable {
        SelectionTable(
            id: "x", task: "t", derivedAt: 0, simulated: true, timeScale: 1, datasetHash: "d", graderVersion: "g",
            priceVersion: "p", seed: 1, sharedCases: cases, defaults: defaults,
            incumbent: incumbent.map { ArmID(rawValue: "p/\($0)") }, rows: rows)
    }

    /// 100 draws: `value` in the first `share` of them, `otherwise` in the rest.
    private func mixed(_ value: Double, _ share: Int, otherwise: Double) -> [Double] {
        (0..<100).map { $0 < share ? value : otherwise }
    }
    private func constant(_ value: Double) -> [Double] { Array(repeating: value, count: 100) }

    @Test("the cheapest arm with enough confidence is chosen, not the best")
    func cheapestCertified() {
        let choice = table([
            row("best", quality: constant(0.9), cost: 0.01), row("cheap", quality: constant(0.87), cost: 0.002),
            row("cheaper", quality: mixed(0.88, 91, otherwise: 0.5), cost: 0.001),
            row("poor", quality: constant(0.5), cost: 0.0001),
        ]).choose()
        #expect(choice.verdict == .certified && choice.row?.arm.model.name == "cheaper")
        #expect(choice.confidence == 0.91 && choice.runnerUp?.arm.model.name == "cheap")
        #expect(choice.confidences["p/best"] == 1 && choice.confidences["p/poor"] == 0)
        #expect(choice.probabilityBest["p/best"] == 1)
        #expect(choice.expectedRegret.map { abs($0 - (0.91 * 0.02 + 0.09 * 0.4)) < 1e-9 } == true)
        #expect(choice.casesNeeded == nil && choice.binding == nil)
        #expect(choice.reason.contains("cheapest of 3 models certified"))
    }

    /// An arm that live calls have shown to take so many times as long.
    private func slowed(_ model: String, by ratio: Double, cost: Double, p95: Double?) -> SelectionRow {
        var row = row(model, quality: constant(0.9), cost: cost, p95: p95)
        row.live = LivePerformance(
            calls: 20, failed: 0, weight: 20, failureRate: 0, benchFailureRate: 0, latencyRatio: ratio)
        return row
    }

    @Test(
        "an arm that has become slow loses its place to the cheapest that is quicker, is not kept as incumbent, and it is said",
        arguments: [nil, "cheap"])
    func slow(incumbent: String?) {
        let rows = [
            slowed("cheap", by: 3.1, cost: 0.0001, p95: 3_100), row("lame", quality: constant(0.9), p95: 4_000),
            row("dear", quality: constant(0.9), cost: 0.02), row("middle", quality: constant(0.9), cost: 0.002),
        ]
        let choice = table(rows, incumbent: incumbent).choose()
        #expect(choice.verdict == .certified && choice.row?.arm.model.name == "middle")
        #expect(choice.reason.contains("One of 4 models certified"), "\(choice.reason)")
        #expect(
            choice.reason.contains("; passed over: p/cheap (3.1 × as slow as in the benchmark)"), "\(choice.reason)")
    }

    @Test("an arm that has become slow keeps its place where none is quicker, or a limit says how slow is too slow")
    func slowButChosen() {
        let slow = slowed("cheap", by: 3.1, cost: 0.0001, p95: 3_100)
        let dear = row("dear", quality: constant(0.9), cost: 0.02)
        #expect(table([slow]).choose().row?.arm.model.name == "cheap")
        #expect(
            table([slow, row("slower", quality: constant(0.9), p95: 4_000)]).choose().row?.arm.model.name == "cheap")
        #expect(table([slow, row("poor", quality: constant(0.5))]).choose().row?.arm.model.name == "cheap")
        #expect(table([slow, dear]).choose(.init(relativeQuality: 0.05, maxP95: 5_000)).row?.arm.model.name == "cheap")
        #expect(table([slow, dear]).choose(.init(relativeQuality: 0.05, maxP95: 2_000)).row?.arm.model.name == "dear")
        let unlikely = row("b", quality: mixed(0.9, 40, otherwise: 0.5))
        #expect(table([slow, unlikely], cases: 20).choose().row?.arm.model.name == "cheap")
        #expect(table([slow, dear], cases: 20).choose().row?.arm.model.name == "dear")
        let little = slowed("cheap", by: 1.9, cost: 0.0001, p95: 1_900)
        #expect(table([little, dear]).choose().row?.arm.model.name == "cheap")
        #expect(table([slow, dear]).choose().row?.arm.model.name == "dear")
    }

    @Test("P_m counts draws in which all constraints hold at once")
    func jointly() {
        // Quality holds in draws 0..<95, p95 in draws 10..<100: each 90 % or more, both only 85 %.
        let arm = row(
            "a", quality: mixed(0.9, 95, otherwise: 0.5), p95: 900,
            p95Draws: (0..<100).map { $0 < 10 ? nil : 900 })
        let choice = table([arm, row("b", quality: constant(0.9), p95: 5_000)])
            .choose(SelectionConstraints(maxP95: 1_000))
        #expect(choice.verdict == .uncertified && choice.row?.arm.model.name == "a" && choice.confidence == 0.85)
    }

    @Test("the best is looked for inside each draw, so that many near equals lower everyone's confidence")
    func simultaneous() {
        // Each arm is 6 % below the best of its draw in a quarter of the draws, though equal on average.
        let rows = (0..<4).map { arm in
            row("m\(arm)", quality: (0..<100).map { $0 % 4 == arm ? 0.94 : 0.88 })
        }
        let choice = table(rows).choose()
        #expect(choice.verdict == .uncertified && choice.confidence == 0.25)
        #expect(choice.probabilityBest.values.allSatisfy { $0 == 0.25 })
    }

    @Test("equals share being best")
    func sharedBest() {
        let choice = table([row("a", quality: constant(0.8)), row("b", quality: constant(0.8))]).choose()
        #expect(choice.probabilityBest.values.allSatisfy { abs($0 - 0.5) < 1e-9 })
    }

    @Test(
        "below forty shared cases nothing is certified, whatever the draws say", arguments: [(39, false), (40, true)])
    func fewCases(cases: Int, certified: Bool) {
        let choice = table([row("a", quality: constant(0.9))], cases: cases).choose()
        #expect((choice.verdict == .certified) == certified && choice.row != nil && choice.confidence == 1)
        #expect(choice.casesNeeded == (certified ? nil : 1))
        #expect(certified || choice.reason.contains("39 shared cases"))
    }

    @Test("an unknown cost never counts as cheap and breaks a cost limit, but may be certified for quality")
    func unknownCost() {
        let rows = [row("free?", quality: constant(0.9), cost: nil), row("known", quality: constant(0.9), cost: 5)]
        #expect(table(rows).choose().row?.arm.model.name == "known")
        let limited = table(rows).choose(SelectionConstraints(maxCaseCost: USD("10")))
        #expect(limited.row?.arm.model.name == "known" && limited.confidences["p/free?"] == 0)
        let alone = table([rows[0], row("poor", quality: constant(0.1))]).choose()
        #expect(alone.verdict == .certified && alone.row?.arm.model.name == "free?")
        let infeasible = table([rows[0]]).choose(SelectionConstraints(maxCaseCost: USD("10")))
        #expect(infeasible.verdict == .infeasible && infeasible.reason.contains("no price is known"))
    }

    @Test("a price of zero is a price, and the cheapest")
    func free() {
        let rows = [row("paid", quality: constant(0.9), cost: 0.1), row("local", quality: constant(0.9), cost: 0)]
        #expect(table(rows).choose().row?.arm.model.name == "local")
    }

    @Test("with none certified the likeliest is given, flagged, with what more it would take")
    func uncertified() {
        let choice = table([
            row("a", quality: mixed(0.9, 80, otherwise: 0.7)), row("b", quality: mixed(0.8, 80, otherwise: 0.9)),
        ]).choose()
        #expect(choice.verdict == .uncertified && choice.row?.arm.model.name == "a" && choice.confidence == 0.8)
        #expect((choice.casesNeeded ?? 0) > 0)
        #expect(choice.reason.contains("not certified") && choice.reason.contains("further cases"))
    }

    @Test("cases needed follow the power formula")
    func casesNeeded() {
        // Quality 0.8 ± 0.05 (sd of the draws) against at least 0.75 at n = 100: ω² = 0.25, d = 0.05.
        let draws = (0..<100).map { $0 % 2 == 0 ? 0.75 : 0.85 }
        let rows = [row("a", quality: draws)]
        let constraints = SelectionConstraints(relativeQuality: nil, minQuality: 0.75, confidence: 0.975)
        let shifted = table(rows).choose(
            SelectionConstraints(relativeQuality: nil, minQuality: 0.7501, confidence: 0.975))
        #expect(table(rows).choose(constraints).verdict == .certified, "every draw reaches 0.75")
        // (1.96 + 0.8416)² · (0.0025 · 100/99) · 100 / 0.0499² = 796 cases in all.
        #expect(shifted.verdict == .uncertified && shifted.casesNeeded == 696)
        let worse = table(rows).choose(SelectionConstraints(relativeQuality: nil, minQuality: 0.82))
        #expect(worse.casesNeeded == nil, "on average it does not keep the constraint")
    }

    @Test(
        "infeasible names the constraint that binds",
        arguments: [
            (SelectionConstraints(maxCaseCost: USD("0.0005")), "max_case_cost", "p/a, costs $0.001"),
            (SelectionConstraints(maxP95: 500), "max_p95_ms", "p/a, has 1.00"),
            (SelectionConstraints(minQuality: 0.95), "min_quality", "p/b, has 0.90"),
            (SelectionConstraints(maxCaseCost: USD("0.002"), maxP95: 800), "max_p95_ms", "p95"),
        ])
    func infeasible(constraints: SelectionConstraints, binding: String, words: String) {
        let choice = table([
            row("a", quality: constant(0.8), cost: 0.001, p95: 1_000),
            row("b", quality: constant(0.9), cost: 0.01, p95: 2_000),
        ]).choose(constraints)
        #expect(choice.verdict == .infeasible && choice.row == nil && choice.runnerUp == nil)
        #expect(choice.binding == binding && choice.reason.contains(words), "\(choice.reason)")
    }

    @Test("constraints that exclude each other bind together")
    func bindingTogether() {
        let choice = table([
            row("cheap", quality: constant(0.9), cost: 0.001, p95: 5_000),
            row("fast", quality: constant(0.9), cost: 0.1, p95: 100),
        ]).choose(SelectionConstraints(maxCaseCost: USD("0.01"), maxP95: 1_000))
        #expect(choice.binding == "max_case_cost+max_p95_ms" && choice.reason.contains("together"))
    }

    @Test("an affordable arm that is not near the best is given uncertified, never silently as good enough")
    func affordableButPoor() {
        let choice = table([
            row("best", quality: constant(0.9), cost: 1), row("poor", quality: constant(0.5), cost: 0.001),
            row("poorer", quality: constant(0.4), cost: 0.0001),
        ]).choose(SelectionConstraints(maxCaseCost: USD("0.01")))
        #expect(choice.verdict == .uncertified && choice.row?.arm.model.name == "poor" && choice.confidence == 0)
    }

    @Test("more than a twentieth of failures is no p95, and breaks a limit")
    func infiniteLatency() {
        let choice = table([row("a", quality: constant(0.9), p95: nil)]).choose(SelectionConstraints(maxP95: 1e9))
        #expect(choice.verdict == .infeasible && choice.reason.contains("one call in twenty"))
    }

    @Test("the incumbent is kept on ties", arguments: [nil, "a", "b", "gone"])
    func incumbent(name: String?) {
        // b is a little cheaper, less than the margin.
        let rows = [row("a", quality: constant(0.9), cost: 0.001), row("b", quality: constant(0.9), cost: 0.00098)]
        let choice = table(rows, incumbent: name).choose()
        #expect(choice.row?.arm.model.name == (name == "a" ? "a" : "b"))
        #expect(choice.runnerUp?.arm.model.name == (name == "a" ? "b" : "a"))
        #expect(choice.reason.contains("chosen before") == (name == "a"))
    }

    @Test("the incumbent goes when another is cheaper beyond the margin, better beyond doubt, or certified alone")
    func incumbentReplaced() {
        let cheaper = [
            row("old", quality: constant(0.9), cost: 0.001), row("new", quality: constant(0.9), cost: 0.0009),
        ]
        #expect(table(cheaper, incumbent: "old").choose().row?.arm.model.name == "new")
        let better = [row("old", quality: constant(0.8)), row("new", quality: mixed(0.9, 89, otherwise: 0.8))]
        #expect(table(better, cases: 20, incumbent: "old").choose().row?.arm.model.name == "old", "89 % is not 90 %")
        let surely = [row("old", quality: constant(0.8)), row("new", quality: mixed(0.9, 90, otherwise: 0.8))]
        #expect(table(surely, cases: 20, incumbent: "old").choose().row?.arm.model.name == "new")
        let unpriced = [row("old", quality: constant(0.9), cost: nil), row("new", quality: constant(0.9))]
        #expect(table(unpriced, incumbent: "old").choose().row?.arm.model.name == "new")
        let broken = [row("old", quality: constant(0.7)), row("new", quality: constant(0.9))]
        #expect(table(broken, incumbent: "old").choose().row?.arm.model.name == "new")
    }

    @Test("only what can be called is considered, and the best is the best of that")
    func among() throws {
        let rows = [
            row("far", quality: constant(0.9)), row("near", quality: constant(0.6), provider: .local),
            row("mine", quality: constant(0.59), cost: 0, provider: "ollama"),
        ]
        let near = try #require(ModelID("local/near"))
        #expect(table(rows).choose(among: [near]).verdict == .certified)
        let local = SelectionConstraints(localOnly: true)
        #expect(table(rows).choose(local).row?.arm.model.name == "near")
        #expect(table(rows).choose(local, localProviders: [.local, "ollama"]).row?.arm.model.name == "mine")
        #expect(table([rows[0]]).choose(local).binding == "local_only")
        #expect(table(rows).choose(among: []).binding == "no_evidence")
        #expect(table([]).choose().verdict == .infeasible)
    }

    @Test("the table's own constraints answer when the caller gives none")
    func defaults() {
        let rows = [row("a", quality: constant(0.9), cost: 1), row("b", quality: constant(0.5), cost: 0)]
        let relaxed = SelectionConstraints(relativeQuality: nil, minQuality: 0.4)
        #expect(table(rows, defaults: relaxed).choose().row?.arm.model.name == "b")
        #expect(table(rows, defaults: relaxed).choose(SelectionConstraints()).row?.arm.model.name == "a")
    }

    @Test("where nothing is ever right, nothing is certified for being as good as the best")
    func nothingRight() {
        let noise = (0..<100).map { $0.isMultiple(of: 2) ? 0.001 : -0.001 }
        let choice = table([row("a", quality: noise), row("b", quality: constant(0))]).choose()
        #expect(choice.verdict == .uncertified && choice.confidence == 0.5)
    }

    @Test("a table without draws chooses by what was measured and certifies nothing")
    func noDraws() {
        let choice = table(
            [row("a", quality: [0.5])].map { row in
                var row = row
                row.draws = SelectionDraws(quality: [], costUSD: [], respP95: [])
                return row
            }
        ).choose()
        #expect(choice.verdict == .uncertified && choice.confidence == 0 && choice.expectedRegret == nil)
    }
}
