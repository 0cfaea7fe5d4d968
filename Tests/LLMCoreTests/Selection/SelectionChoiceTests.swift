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
            row("cheaper", quality: mixed(0.88, 99, otherwise: 0.5), cost: 0.001),
            row("poor", quality: constant(0.5), cost: 0.0001),
        ]).choose()
        #expect(choice.verdict == .certified && choice.row?.arm.model.name == "cheaper")
        #expect(
            choice.confidence.map { (0.9...0.99).contains($0) } == true && choice.runnerUp?.arm.model.name == "cheap")
        #expect(choice.confidences["p/best"].map { $0 > 0.97 } == true && choice.confidences["p/poor"] == 0)
        #expect(choice.probabilityBest["p/best"] == 1)
        #expect(choice.expectedRegret.map { abs($0 - (0.99 * 0.02 + 0.01 * 0.4)) < 1e-9 } == true)
        #expect(choice.casesNeeded == nil && choice.binding == nil)
        #expect(choice.reason.contains("cheapest of 3 models certified"))
    }

    @Test("the row alone is that of the whole choice, whatever is chosen and why", arguments: 0..<60 as Range<UInt64>)
    func rowAlone(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let rows = (0..<Int.random(in: 1...6, using: &generator)).map { index in
            let quality = Double.random(in: 0.3...0.95, using: &generator)
            let draws = (0..<100).map { _ in quality + Double.random(in: -0.1...0.05, using: &generator) }
            var row = row(
                "m\(index)", quality: draws, cost: Bool.random(using: &generator) ? nil : quality / 100,
                p95: Double.random(in: 100...2_000, using: &generator), provider: index < 3 ? "p" : "q")
            if Int.random(in: 0..<4, using: &generator) == 0 {
                row.live = LivePerformance(
                    calls: 20, failed: 0, weight: 20, failureRate: 0, benchFailureRate: 0, latencyRatio: 3)
            }
            return row
        }
        let table = table(
            rows, cases: seed.isMultiple(of: 3) ? 8 : 100, incumbent: seed.isMultiple(of: 2) ? "m0" : nil)
        for constraints in [
            nil, SelectionConstraints(minQuality: 0.6), SelectionConstraints(maxP95: 800),
            SelectionConstraints(minQuality: 0.99),
        ] {
            let two = Set(["m0", "m1"].map { ModelID(provider: "p", name: $0) })
            for among in [nil, two, [ModelID(provider: "x", name: "none")]] {
                let choice = table.choose(constraints, among: among)
                #expect(table.chosenRow(constraints, among: among) == choice.row, "\(choice.reason)")
            }
        }
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

    @Test("the least certain of an arm's claims is its confidence")
    func leastCertain() {
        // Quality holds in draws 0..<95, the p95 in draws 15..<100.
        let arm = row(
            "a", quality: mixed(0.9, 95, otherwise: 0.5), p95: 900,
            p95Draws: (0..<100).map { $0 < 15 ? nil : 900 })
        let choice = table([arm, row("b", quality: constant(0.9), p95: 5_000)])
            .choose(SelectionConstraints(maxP95: 1_000))
        #expect(choice.verdict == .uncertified && choice.row?.arm.model.name == "a" && choice.confidence == 0.85)
    }

    /// Draws around a mean as a measurement of that error would give them, each arm's in its own order.
    private func spread(_ mean: Double, _ error: Double, _ seed: UInt64) -> [Double] {
        var random = SeededGenerator(seed: seed)
        return (0..<1_000).map { _ in mean + error * random.normal() }
    }

    @Test(
        "the cheapest of many that pass is paid for: what certifies one arm beside the best does not certify the first of twenty"
    )
    func payingForMany() {
        func choice(rivals: Int) -> SelectionChoice {
            let best = row("best", quality: spread(0.9, 0.005, 1), cost: 1)
            let lucky = row("lucky", quality: spread(0.9, 0.02, 2), cost: 0.001)
            // As many as could have been as lucky, each just below the mark.
            let others = (0..<rivals).map { row("m\($0)", quality: spread(0.855, 0.02, 10 + UInt64($0)), cost: 0.01) }
            return table([best, lucky] + others, cases: 1_000).choose()
        }
        let two = choice(rivals: 0)
        #expect(two.verdict == .certified && two.row?.arm.model.name == "lucky", "\(two.reason)")
        let many = choice(rivals: 20)
        #expect(many.row?.arm.model.name == "best", "\(many.reason)")
        #expect((many.confidences["p/lucky"] ?? 1) < 0.9 && (two.confidences["p/lucky"] ?? 0) > 0.95)
    }

    @Test("arms that could not have been certified in error cost nothing")
    func hopelessRivals() {
        let near = [row("best", quality: spread(0.9, 0.02, 1), cost: 1), row("cheap", quality: spread(0.9, 0.02, 2))]
        let poor = (0..<20).map { row("m\($0)", quality: spread(0.3, 0.02, 10 + UInt64($0))) }
        let alone = table(near, cases: 1_000).choose().confidences["p/cheap"] ?? 0
        let beside = table(near + poor, cases: 1_000).choose().confidences["p/cheap"] ?? 0
        #expect(alone > 0.9 && abs(alone - beside) < 0.005)
    }

    @Test("runs of equal scores are not certain", arguments: [(40, false), (100, true)])
    func allRight(cases: Int, certified: Bool) {
        // 40 of 40 beside 40 of 40: a model that is wrong in one case of twenty does as well in 13 % of runs.
        let choice = table(
            [
                row("a", quality: Array(repeating: 1, count: 1_000)),
                row("b", quality: Array(repeating: 1, count: 1_000)),
            ],
            cases: cases
        ).choose()
        #expect((choice.verdict == .certified) == certified, "\(choice.reason)")
        if cases == 40 { #expect(choice.confidence.map { abs($0 - 0.87) < 0.03 } == true) }
    }

    @Test("equals share being best")
    func sharedBest() {
        let choice = table([row("a", quality: constant(0.8)), row("b", quality: constant(0.8))]).choose()
        #expect(choice.probabilityBest.values.allSatisfy { abs($0 - 0.5) < 1e-9 })
    }

    @Test(
        "below forty shared cases nothing is certified, whatever the draws say", arguments: [(39, false), (40, true)])
    func fewCases(cases: Int, certified: Bool) {
        let rows = [row("a", quality: constant(0.9)), row("b", quality: constant(0.5))]
        let choice = table(rows, cases: cases).choose()
        #expect((choice.verdict == .certified) == certified && choice.row?.arm.model.name == "a")
        #expect(choice.confidence.map { $0 > 0.99 } == true)
        #expect(choice.casesNeeded == (certified ? nil : 1))
        #expect(certified || choice.reason.contains("39 shared cases"))
    }

    @Test(
        "below ten groups of cases nothing is certified, however many cases they hold",
        arguments: [(9, false), (10, true)])
    func fewClusters(clusters: Int, certified: Bool) {
        var table = table([row("a", quality: constant(0.9)), row("b", quality: constant(0.1))], cases: 450)
        (table.clusters, table.independentCases) = (clusters, Double(clusters))
        let choice = table.choose(SelectionConstraints(relativeQuality: 0.5))
        #expect((choice.verdict == .certified) == certified, "\(choice.reason)")
        #expect(certified || choice.reason.contains("9 groups of cases, of 10 at least"))
        #expect(choice.casesNeeded == (certified ? nil : 50))
    }

    @Test("under a limit of the p95 nothing is certified below 72 cases, nor over waits that were scaled")
    func p95Limits() {
        let rows = [row("a", quality: constant(0.9)), row("b", quality: constant(0.5))]
        let limit = SelectionConstraints(maxP95: 2_000)
        #expect(table(rows, cases: 72).choose(limit).verdict == .certified)
        let few = table(rows, cases: 71).choose(limit)
        #expect(few.verdict == .uncertified && few.reason.contains("of 72 at least"), "\(few.reason)")
        var scaled = table(rows)
        scaled.timeScale = 0.05
        let choice = scaled.choose(limit)
        #expect(choice.verdict == .uncertified && choice.reason.contains("scaled by 0.05"), "\(choice.reason)")
        #expect(scaled.choose().verdict == .certified)
    }

    @Test("one arm alone is measured, and certified only under a least quality")
    func alone() {
        let lone = table([row("a", quality: constant(0.9))])
        let choice = lone.choose()
        #expect(choice.verdict == .measured && choice.row != nil && choice.confidence == nil)
        #expect(choice.reason.contains("nothing to compare it with") && choice.casesNeeded == nil)
        let least = lone.choose(SelectionConstraints(relativeQuality: nil, minQuality: 0.5))
        #expect(least.verdict == .certified)
        #expect(lone.choose(SelectionConstraints(minQuality: 0.5)).verdict == .measured)
    }

    @Test("the worth of a choice is told in dollars and quality, beside the best and the one in use")
    func worth() throws {
        let choice = table(
            [
                row("best", quality: constant(0.9), cost: 0.01), row("cheap", quality: constant(0.88), cost: 0.002),
                row("old", quality: constant(0.86), cost: 0.004),
            ], incumbent: "old"
        ).choose()
        #expect(choice.row?.arm.model.name == "cheap" && choice.worth.map(\.role) == [.best, .incumbent])
        let best = try #require(choice.worth.first)
        #expect(best.rival == "p/best" && best.savesPerThousand.map { abs($0.value - 8) < 1e-6 } == true)
        #expect(abs(best.givesUp.value - 0.02) < 1e-9 && (0.02...0.05).contains(best.givesUpAtMost))
        #expect(
            best.sentence
                == "Beside the best, p/best, it saves $8 [$8, $8] per 1,000 calls and gives up at most 0.038 of quality (95 %)."
        )
        #expect(choice.worth[1].givesUpAtMost == 0 && choice.worth[1].sentence.contains("gives up no quality"))
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

    @Test("of equals that nothing certifies the cheaper is the best guess")
    func cheaperEqual() {
        let rows = [row("a", quality: constant(1), cost: 1), row("b", quality: constant(1), cost: 0.001)]
        #expect(table(rows, cases: 2).choose().row?.arm.model.name == "b")
    }

    @Test("cases needed are what the draws, as a rehearsal of more evidence, certify in four of five")
    func casesNeeded() {
        // Quality 0.8 ± 0.05 against at least 0.75 at n = 100: about one standard error above.
        let draws = (0..<1_000).map { 0.8 + 0.05 * Normal.quantile((Double($0) + 0.5) / 1_000) }
        let rows = [row("a", quality: draws)]
        func needed(_ least: Double) -> Int? {
            table(rows).choose(SelectionConstraints(relativeQuality: nil, minQuality: least, confidence: 0.975))
                .casesNeeded
        }
        #expect(needed(0.75).map { (300...700).contains($0) } == true, "\(String(describing: needed(0.75)))")
        #expect(needed(0.6) == nil, "it is certified")
        #expect(needed(0.82) == nil, "on average it does not keep the constraint")
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
        let near = [row("old", quality: mixed(0.9, 97, otherwise: 0.7)), row("new", quality: constant(0.9))]
        #expect(table(near, cases: 39, incumbent: "old").choose().row?.arm.model.name == "old", "nearly as likely")
        let worse = [row("old", quality: mixed(0.88, 60, otherwise: 0.7)), row("new", quality: constant(0.9))]
        #expect(
            table(worse, cases: 20, incumbent: "old").choose().row?.arm.model.name == "new", "hysteresis is for ties")
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
        #expect(table(rows).choose(among: [near]).verdict == .measured)
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
        #expect(choice.verdict == .uncertified && (choice.confidence ?? 1) < 0.5)
    }

    @Test("a table without draws chooses by what was measured and certifies nothing")
    func noDraws() {
        let choice = table(
            [row("a", quality: [0.5]), row("b", quality: [0.4])].map { row in
                var row = row
                row.draws = SelectionDraws(quality: [], costUSD: [], respP95: [])
                return row
            }
        ).choose()
        #expect(choice.verdict == .uncertified && choice.confidence == 0 && choice.expectedRegret == nil)
    }
}
