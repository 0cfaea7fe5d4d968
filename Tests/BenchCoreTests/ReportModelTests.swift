import BenchCore
import LLMCore
import TestSupport
import Testing

@Suite("The report model", .timeLimit(.minutes(2))) struct ReportModelTests {
    private func model(_ edit: (inout RunFixture) -> Void) -> ReportModel {
        var fixture = RunFixture(shapes: Array(RunFixture.Shape.usual.prefix(2)), caseCount: 20, hostile: false)
        edit(&fixture)
        return fixture.model()
    }

    /// Trials of one arm over `count` cases, all passed and alike until edited.
    private func uniform(
        _ count: Int, groups: Int = 12, repeats: Int = 1, _ edit: (Int, inout TrialRow) -> Void = { _, _ in }
    ) -> ReportModel {
        var fixture = RunFixture(
            shapes: [RunFixture.Shape.usual[0]], caseCount: count, repeats: repeats, hostile: false)
        for index in fixture.cases.indices { fixture.cases[index].group = "group-\(index % groups)" }
        for index in fixture.trials.indices {
            fixture.trials[index].outcome = .ok
            fixture.trials[index].passed = true
            fixture.trials[index].score = 1
            fixture.trials[index].metrics.resp = 100
            fixture.trials[index].metrics.cost = USD("0.002")
            edit(index, &fixture.trials[index])
        }
        return ReportModel.build(
            run: fixture.run, cases: fixture.cases, trials: fixture.trials, table: nil, choice: nil,
            resamples: 200)
    }

    @Test("provider failures leave the pass rate and enter the strict one, quality and fail")
    func denominators() throws {
        let arm = try #require(
            uniform(10) { index, row in
                if index < 2 {
                    row.outcome = .attempt(.overloaded)
                    row.passed = nil
                    row.score = nil
                } else if index < 4 {
                    row.passed = false
                    row.score = 0.5
                }
            }.arms.first)
        #expect(arm.counts.attempted == 10 && arm.counts.gradable == 8 && arm.counts.failed == 2)
        #expect(arm[.passRate].value == 0.75)
        #expect(arm[.passRateStrict].value == 0.6)
        #expect(arm[.failureRate].value == 0.2)
        #expect(arm[.quality].value == 0.7)
        #expect(arm[.passRate].n == 8 && arm[.quality].n == 10)
    }

    @Test(
        "the interval of fail counts the repeats of a case together, and the cases of a group apart",
        arguments: [(100, 1, 0.0370), (50, 2, 0.0713)])
    func failureClusters(count: Int, repeats: Int, high: Double) throws {
        let arm = try #require(uniform(count, groups: 21, repeats: repeats).arms.first)
        let (failures, passes) = (arm[.failureRate], arm[.passRateStrict])
        #expect(failures.value == 0 && failures.n == 100)
        #expect(abs(try #require(failures.low)) < 1e-12)
        #expect(abs(try #require(failures.high) - high) < 0.0001)
        // What passes has to do with the groups: 21 of them leave room for 0.845.
        #expect(abs(try #require(passes.low) - 0.8454) < 0.0001)
    }

    @Test(
        "scores that are all alike do not make the quality certain", arguments: [(1.0, 20), (0, 20), (1, 2), (0.5, 40)])
    func uniformQuality(score: Double, count: Int) throws {
        let quality = try #require(uniform(count) { _, row in row.score = score }.arms.first)[.quality]
        let low = try #require(quality.low)
        let high = try #require(quality.high)
        #expect(quality.value == score && low <= score && high >= score && low >= 0 && high <= 1)
        // 20 of 20 leave room for 0.84, 2 of 2 for 0.34.
        #expect(high - low > 3.0 / Double(count + 4))
    }

    @Test("a named metric is the mean of its verdicts by their weights, as a row's score is")
    func metricWeights() throws {
        func verdict(_ score: Double?, _ weight: Double, _ metric: String = "acc") -> Verdict {
            Verdict(
                type: "equals", index: 0, result: score.map { $0 > 0 ? .passed : .failed } ?? .unscored, score: score,
                weight: weight, metric: metric, reason: "")
        }
        let arm = try #require(
            uniform(2) { index, row in
                row.verdicts =
                    index == 0
                    ? [verdict(1, 3), verdict(0, 1), verdict(0, 0), verdict(nil, 9), verdict(0, 0, "ignored")]
                    : [verdict(0, 4), verdict(1, 0.5, "style")]
            }.arms.first)
        #expect(arm.metricScores.map(\.name) == ["acc", "style"])
        #expect(arm.metricScores.map(\.score) == [3.0 / 8, 1] && arm.metricScores.map(\.n) == [3, 1])
    }

    @Test(
        "tokens and speeds of one origin are never mixed with another's, and where there are both the reported speeds stand",
        arguments: [
            ([.counted], 80.0, .counted), ([.reported], 80, .reported), ([nil], 80, .reported),
            ([.counted, .reported], 40, .reported), ([.reported, .counted], 80, .reported), ([.estimated], nil, nil),
            ([.estimated, .counted], 40, .counted),
        ] as [([UsageSource?], Double?, UsageSource?)])
    func tokenSources(sources: [UsageSource?], speed: Double?, of source: UsageSource?) throws {
        let arm = try #require(
            uniform(10) { index, row in
                let place = index % sources.count
                let isMeasured = sources[place] != .estimated
                row.metrics.usageSource = sources[place]
                row.metrics.outputTokens = 10
                row.metrics.decodeTokensPerSecond = isMeasured ? (place == 0 ? 80 : 40) : nil
                row.metrics.e2eTokensPerSecond = isMeasured ? 7 : nil
            }.arms.first)
        #expect(arm[.decodeSpeed].value == speed && arm.speedSource == source)
        let each = 100 / sources.count
        func sum(_ wanted: UsageSource) -> Int { sources.count { ($0 ?? .reported) == wanted } * each }
        #expect(arm.money.outputTokens == sum(.reported) && arm.money.countedTokens == sum(.counted))
        #expect(arm.money.estimatedTokens == sum(.estimated))
    }

    @Test("what was our own doing is left out and counted apart")
    func excluded() throws {
        let arm = try #require(
            uniform(10) { index, row in if index < 3 { row.outcome = .cancelledUser } }.arms.first)
        #expect(arm.counts.excluded == 3 && arm.counts.attempted == 7)
        #expect(arm[.passRate].n == 7 && arm[.respP50].n == 7)
        #expect(arm.outcomes.map(\.outcome) == [.cancelledUser])
    }

    @Test("failures are infinite in percentiles, and the interval says how far they reach")
    func percentiles() throws {
        let arm = try #require(
            uniform(100) { index, row in
                row.metrics.resp = Double(index + 1)
                if index >= 94 { row.outcome = .attempt(.timeoutTotal) }
            }.arms.first)
        #expect(arm[.respP50].value == 50)
        #expect(arm[.respP95].value == .infinity)
        #expect(arm[.respOkP95].value == 90)
        #expect(arm.respSorted.count == 94)
    }

    @Test("p95 has an interval from 72 trials on", arguments: [(71, false), (72, true)])
    func tooFew(count: Int, has: Bool) throws {
        let figure = try #require(uniform(count) { $1.metrics.resp = Double($0) }.arms.first)[.respP95]
        #expect((figure.low != nil) == has)
        #expect(figure.gap == (has ? nil : .tooFew(needed: 72)))
        #expect(figure.n == count)
    }

    @Test("a trial without a known cost is left out of costs, and said")
    func unpricedSome() throws {
        let model = uniform(10) { index, row in if index < 4 { row.metrics.cost = nil } }
        let arm = try #require(model.arms.first)
        #expect(arm[.costPerThousand].value.map { ($0 * 1e9).rounded() / 1e9 } == 2)
        #expect(arm[.costPerThousand].n == 6)
        #expect(arm.money.total == nil && arm.money.known == USD("0.012"))
        #expect(model.warnings.contains { $0.code == "unpriced" && $0.text.contains("4 trials") })
    }

    @Test("a model without any price is unpriced, never free")
    func unpricedAll() throws {
        let arm = try #require(uniform(5) { $1.metrics.cost = nil }.arms.first)
        #expect(arm[.costPerThousand].value == nil && arm[.costPerThousand].gap == .unpriced)
        #expect(arm[.costPerPass].value == nil)
        #expect(!arm.isOnFrontier)
    }

    @Test("cost per pass is infinite when nothing passed")
    func noPass() throws {
        let arm = try #require(uniform(5) { $1.passed = false }.arms.first)
        #expect(arm[.costPerPass].value == .infinity)
    }

    @Test("what retries cost is summed apart from what failures cost")
    func wasted() throws {
        let model = uniform(3) { index, row in
            row.attempts = [
                AttemptRow(sent: 0, end: 1, outcome: .overloaded, cost: USD("0.0005")),
                AttemptRow(sent: 2, end: 1, outcome: .ok, cost: USD("0.0015")),
            ]
            if index == 0 { row.outcome = .attempt(.overloaded) }
        }
        #expect(model.money.onFailures == USD("0.002"))
        #expect(model.money.onRetries == USD("0.001"))
        #expect(model.money.known == USD("0.006"))
    }

    @Test("repeats widen an interval instead of counting as so many cases")
    func repeats() throws {
        var fixture = RunFixture(shapes: [RunFixture.Shape.usual[0]], caseCount: 20, repeats: 5, hostile: false)
        for index in fixture.trials.indices {
            fixture.trials[index].outcome = .ok
            fixture.trials[index].passed = fixture.trials[index].caseID.hasSuffix("1")
        }
        let model = ReportModel.build(
            run: fixture.run, cases: fixture.cases, trials: fixture.trials, table: nil, choice: nil,
            resamples: 200)
        let figure = try #require(model.arms.first)[.passRate]
        #expect(figure.n == 100)
        let naive = try #require(Statistics.wilson(successes: 10, of: 100))
        let (low, high) = (try #require(figure.low), try #require(figure.high))
        #expect(high - low > 1.5 * (naive.high - naive.low))
    }

    @Test("the same trials in any order give the same figures")
    func order() {
        let fixture = RunFixture(shapes: Array(RunFixture.Shape.usual.prefix(2)), caseCount: 20)
        let table = fixture.table()
        func model(_ trials: [TrialRow]) -> ReportModel {
            ReportModel.build(
                run: fixture.run, cases: fixture.cases, trials: trials, table: table, choice: nil, resamples: 200)
        }
        let plain = model(fixture.trials)
        let shuffled = model(fixture.trials.reversed())
        for (a, b) in zip(plain.arms, shuffled.arms) { #expect(a.figures == b.figures) }
    }

    @Test("a model far from the best is not tied with it, one alike is")
    func ties() throws {
        var fixture = RunFixture(shapes: Array(RunFixture.Shape.usual.prefix(3)), caseCount: 60, hostile: false)
        for index in fixture.trials.indices {
            fixture.trials[index].outcome = .ok
            let arm = index % 3
            let row = index / 3
            let passed = arm == 0 ? row % 10 > 0 : arm == 1 ? row % 10 > 1 : row / 12 % 2 == 0
            fixture.trials[index].passed = passed
            fixture.trials[index].score = passed ? 1 : 0
            fixture.trials[index].metrics.resp = arm == 2 ? 1_000 + Double(row) : 100 + Double(row)
        }
        let model = ReportModel.build(
            run: fixture.run, cases: fixture.cases, trials: fixture.trials, table: nil, choice: nil, resamples: 500)
        let arms = fixture.run.arms.map { arm in model.arms.first { $0.id == arm.id } }
        let (best, close, far) = (try #require(arms[0]), try #require(arms[1]), try #require(arms[2]))
        #expect(best.best.contains(.passRate) && best.tied.isEmpty)
        #expect(!far.tied.contains(.passRate) && !far.tied.contains(.respP50) && !far.tied.contains(.respP95))
        #expect(close.best.contains(.respP50) && close.best.contains(.respP95), "the same times are the same best")
    }

    @Test("a best that stands on three of 60 cases is compared with nothing: its column has no mark, and says why")
    func uncompared() throws {
        var fixture = RunFixture(shapes: Array(RunFixture.Shape.usual.prefix(2)), caseCount: 60, hostile: false)
        for index in fixture.trials.indices {
            fixture.trials[index].outcome = .ok
            let isFirst = fixture.trials[index].arm.id == fixture.run.arms[0].id
            let isKnown =
                !isFirst || ["1", "2", "3"].contains { fixture.trials[index].caseID == fixture.cases[Int($0) ?? 0].id }
            fixture.trials[index].metrics.cost = isKnown ? USD(isFirst ? "0.001" : "0.2") : nil
        }
        let model = ReportModel.build(
            run: fixture.run, cases: fixture.cases, trials: fixture.trials, table: nil, choice: nil, resamples: 200)
        #expect(model.uncompared.contains(.costPerThousand) && !model.uncompared.contains(.respP50))
        #expect(model.arms.allSatisfy { !$0.best.contains(.costPerThousand) && !$0.tied.contains(.costPerThousand) })
        #expect(model.uncomparedNote?.contains("fewer than 6 cases") == true)
        #expect(model.arms.contains { $0.best.contains(.respP50) })
    }

    @Test("the frontier holds those that nobody beats on both quality and cost")
    func frontier() throws {
        let model = RunFixture().model()
        let points = model.arms.compactMap { arm -> (arm: ArmSummary, quality: Double, cost: Double)? in
            guard let quality = arm[.quality].value, let cost = arm[.costPerThousand].value else { return nil }
            return (arm, quality, cost)
        }
        #expect(points.contains { $0.arm.isOnFrontier } && points.contains { !$0.arm.isOnFrontier })
        for point in points {
            let isBeaten = points.contains {
                $0.quality >= point.quality && $0.cost <= point.cost
                    && ($0.quality, -$0.cost) != (point.quality, -point.cost)
            }
            #expect(point.arm.isOnFrontier != isBeaten)
        }
    }

    @Test(
        "each word of the verdict has its conditions",
        arguments: [
            (SelectionChoice.Verdict.certified, 84, 0.94, ReportVerdict.Word.proven), (.uncertified, 84, 0.78, .likely),
            (.uncertified, 84, 0.5, .tie), (.uncertified, 39, 0.78, .notEnoughData), (.infeasible, 84, 0, .infeasible),
        ])
    func words(verdict: SelectionChoice.Verdict, cases: Int, confidence: Double, word: ReportVerdict.Word) {
        let fixture = RunFixture(shapes: Array(RunFixture.Shape.usual.prefix(2)), caseCount: 10)
        var table = fixture.table()
        table.sharedCases = cases
        var choice = fixture.choice(table, verdict: verdict)
        choice.confidence = confidence
        let model = ReportModel.build(
            run: fixture.run, cases: fixture.cases, trials: fixture.trials, table: table, choice: choice, resamples: 100
        )
        #expect(model.verdict.word == word)
        #expect(model.arms.first?.isChosen == (verdict != .infeasible))
    }

    @Test(
        "without a table the verdict says why",
        arguments: [
            (RunRecord.Status.complete, true, "part of its dataset"), (.drained, false, "drained"),
            (.budgetStopped, false, "budget_stopped"),
        ])
    func noTable(status: RunRecord.Status, partial: Bool, word: String) {
        var fixture = RunFixture(shapes: [RunFixture.Shape.usual[0]], caseCount: 5)
        fixture.run.status = status
        fixture.run.partial = partial
        let model = ReportModel.build(
            run: fixture.run, cases: fixture.cases, trials: fixture.trials, table: nil, choice: nil,
            resamples: 200)
        #expect(model.verdict.word == .noTable && model.verdict.reason.contains(word))
    }

    @Test("an arm that only the table has is shown as of an earlier run, and competes for nothing")
    func earlier() throws {
        var fixture = RunFixture(shapes: Array(RunFixture.Shape.usual.prefix(3)), caseCount: 20)
        let table = fixture.table()
        let gone = fixture.run.arms.removeLast()
        fixture.trials.removeAll { $0.arm == gone }
        let model = ReportModel.build(
            run: fixture.run, cases: fixture.cases, trials: fixture.trials, table: table, choice: fixture.choice(table),
            resamples: 100)
        let arm = try #require(model.arms.first { $0.id == gone.id })
        #expect(!arm.inRun && arm.best.isEmpty && arm.counts.attempted == 20)
        #expect(arm[.quality].value == table.rows.last?.quality)
    }

    @Test("warnings name what a reader must know", arguments: [true, false])
    func warnings(isSo: Bool) {
        let codes = model { fixture in
            fixture.run.simulated = isSo
            fixture.run.partial = isSo
            fixture.run.status = isSo ? .drained : .complete
            fixture.run.timeScale = isSo ? 0.1 : 1
        }.warnings.map(\.code)
        for code in ["simulated", "partial", "incomplete", "time_scale"] {
            #expect(codes.contains(code) == isSo, "\(code)")
        }
    }

    @Test("more than 2 % of answers cut by the limit is a warning")
    func truncation() {
        func codes(_ cut: Int) -> [String] {
            uniform(100) { index, row in if index < cut { row.outcome = .attempt(.lengthTruncated) } }.warnings.map(
                \.code)
        }
        #expect(!codes(2).contains("truncated"))
        #expect(codes(3).contains("truncated"))
    }

    @Test("unequal parameters and several served models are warned of")
    func treatment() {
        let model = model { fixture in
            fixture.run.arms[0].parameters.temperature = 0.7
            for index in fixture.trials.indices where index.isMultiple(of: 2) {
                fixture.trials[index].arm = fixture.run.arms[0]
                fixture.trials[index].servedModel = index.isMultiple(of: 4) ? "a" : "b"
            }
        }
        let codes = model.warnings.map(\.code)
        #expect(codes.contains("unequal_parameters") && codes.contains("served_models"))
    }

    @Test("attempts that no trial counts are warned about with what they may have cost, and only where there are some")
    func unsettled() {
        var fixture = RunFixture(shapes: [RunFixture.Shape.usual[0]], caseCount: 3, hostile: false)
        fixture.trials[0].outcome = .ok
        fixture.trials[0].finishReason = "zork"
        func model(_ overview: RunOverview?) -> ReportModel {
            ReportModel.build(
                run: fixture.run, cases: fixture.cases, trials: fixture.trials, table: nil, choice: nil,
                overview: overview, resamples: 100)
        }
        let some = model(
            RunOverview(run: fixture.run, reserved: 1, reservedWorst: USD(pico: 5), assumed: 2, assumedCost: .zero))
        #expect(some.warnings.map(\.code).contains("unsettled") && some.warnings.map(\.code).contains("assumed"))
        #expect(some.money.unsettled?.reservedWorst == USD(pico: 5))
        #expect(some.arms[0].counts.finishUnknown == 1 && some.arms[0].unknownFinishes == ["zork"])
        for none in [model(nil), model(RunOverview(run: fixture.run))] {
            #expect(Set(none.warnings.map(\.code)).isDisjoint(with: ["unsettled", "assumed"]))
        }
    }

    @Test("the command is quoted as a shell takes it")
    func command() {
        let model = model { $0.run.arguments = ["run", "my data.jsonl", "--models", "it's", "a/b:c"] }
        #expect(
            model.facts.first { $0.name == "command" }?.value
                == "dirgen-bench run 'my data.jsonl' --models 'it'\\''s' a/b:c")
    }

    @Test("a case that some pass and some do not differs; equal answers are found once")
    func cases() throws {
        let model = model { fixture in
            for index in fixture.trials.indices {
                fixture.trials[index].passed = index < 20 || index.isMultiple(of: 2)
                fixture.trials[index].answer = index < 20 ? "same" : "answer \(index)"
            }
        }
        #expect(model.cases.prefix(10).allSatisfy { !$0.differs })
        #expect(model.cases.suffix(10).allSatisfy { $0.differs })
        #expect(model.cases[0].trials.map(\.sameAnswerAs) == [nil, 0])
        #expect(model.cases[15].trials.allSatisfy { $0.sameAnswerAs == nil })
    }
}
