import BenchCore
import LLMCore
import TestSupport
import Testing

@Suite("The load in a report", .timeLimit(.minutes(2)))
struct LoadReportTests {
    private static let start: Int64 = 1_790_000_000_000_000
    private static let arm = Arm(
        model: ModelID(provider: "openai", name: "x"), endpoint: "https://api.test", simulated: false)

    /// A sweep over 2, 4 and 8/s in which all trials are good but at the highest rate, where every second is late.
    private func report(
        _ load: LoadModel = .constant(RateSweep(2, to: 8, steps: 3)),
        objective: ServiceObjective? = ServiceObjective(limits: [.resp: 500]),
        _ edit: (inout RunRecord, inout [TrialRow]) -> Void = { _, _ in }
    ) -> ReportModel {
        let cases = (0..<80).map {
            BenchCase(id: "c\($0)", task: .general, messages: [.user("q")], hash: "h\($0)")
        }
        var run = BenchFixtures.run("R", task: .general, arms: [Self.arm], startedAt: Self.start)
        run.status = .complete
        run.repeats = 1
        run.environment = RunEnvironment(load: load.isOpen ? load : nil, objective: objective)
        let plan = RunPlan(cases: cases, arms: [Self.arm], repeats: 1, seed: run.seed, load: load)
        var rows: [TrialRow] = []
        for (place, items) in Dictionary(grouping: plan.items, by: \.phase).sorted(by: { $0.key < $1.key }) {
            for (index, item) in items.enumerated() {
                let rate = plan.phases.isEmpty ? 1 : plan.phases[place].rate ?? 1
                let trial = BenchFixtures.trial(
                    of: cases[item.caseIndex], in: run, arm: Self.arm, repetition: item.repetition,
                    ordinal: item.ordinal,
                    startedAt: Self.start + Int64(place) * 1_000_000_000 + Int64(Double(index) / rate * 1e6))
                var row = TrialRow(trial, of: cases[item.caseIndex])
                row.metrics.queue = 0
                row.metrics.resp = place == 2 && index.isMultiple(of: 2) ? 900 : 100
                rows.append(row)
            }
        }
        edit(&run, &rows)
        return ReportModel.build(run: run, cases: cases, trials: rows, table: nil, choice: nil, resamples: 100)
    }

    @Test("each phase has its rates and its share of good trials, and the model the rate up to which it holds")
    func sweep() throws {
        let load = try #require(report().load)
        #expect(load.phases.map(\.rate) == [2, 4, 8] && load.phases.map(\.attempted) == [80, 80, 80])
        #expect(load.phases.map(\.good) == [80, 80, 40] && load.phases.map(\.unsent) == [0, 0, 0])
        for phase in load.phases {
            let (rate, offered) = (try #require(phase.rate), try #require(phase.offered))
            #expect(abs(offered - rate) < 0.01 * rate)
            #expect(try #require(phase.achieved) <= rate * 1.02 && phase.queued == 0)
        }
        #expect(load.phases[2].respP95.value == 900 && load.phases[0].respP95.value == 100)
        let capacity = try #require(load.capacity(of: Self.arm.id))
        let rate = try #require(capacity.value)
        #expect(rate > 4 && rate < 8 && capacity.high == 8)
        #expect(load.lines.count == 1 && load.lines[0].hasPrefix("openai/x  holds 95 % within resp 500 ms up to 4."))
    }

    @Test("failures, wrong answers and a case's own limits are not good")
    func good() throws {
        let load = try #require(
            report { _, rows in
                rows[0].outcome = .attempt(.overloaded)
                rows[1].passed = false
                rows[2].passed = nil
                rows[3].outcome = .cancelledUser
                rows[4].metrics.queue = 30
            }.load)
        #expect(load.phases[0].attempted == 79 && load.phases[0].good == 77 && load.phases[0].failed == 1)
        #expect(load.phases[0].queued == 1 && load.phases[0].unsent == 1)
    }

    @Test(
        "under an open load every limit counts from when a call was due: no wait to leave and no retry is left out",
        arguments: [ServiceObjective.Measure.ttft, .ttfa, .e2e, .resp])
    func fromDue(measure: ServiceObjective.Measure) throws {
        let objective = ServiceObjective(limits: [measure: 500])
        func good(_ load: LoadModel) throws -> Int {
            let model = report(load, objective: objective) { _, rows in
                for index in rows.indices {
                    rows[index].metrics.queue = 0
                    (rows[index].metrics.ttft, rows[index].metrics.ttfa, rows[index].metrics.e2e) = (90, 90, 100)
                    rows[index].metrics.resp = 100
                }
                // One waited for its turn, one was refused first and asked again.
                rows[0].metrics.queue = 450
                rows[0].metrics.resp = 550
                rows[1].metrics.resp = 2_100
            }
            return try #require(model.load).phases.map(\.good).reduce(0, +)
        }
        #expect(try good(.constant(RateSweep(2))) == 78)
        #expect(try good(.closed) == (measure == .resp ? 78 : 80))
    }

    @Test("a case's own limit of the first answer counts from there too")
    func ownLimitFromDue() {
        let run = BenchFixtures.run("R", task: .general, arms: [Self.arm], startedAt: Self.start)
        let row0 = BenchCase(id: "c", task: .general, messages: [.user("q")], hash: "h")
        var row = TrialRow(
            BenchFixtures.trial(of: row0, in: run, arm: Self.arm, repetition: 0, ordinal: 0, startedAt: Self.start),
            of: row0)
        (row.metrics.ttfa, row.metrics.e2e, row.metrics.resp, row.metrics.queue) = (90, 100, 400, 300)
        let own = BenchCase.ServiceLevel(ttfa: 200, resp: nil)
        #expect(row.metrics.waitBeforeAnswer == 300)
        #expect(row.isGood(under: nil, and: own) && !row.isGood(under: nil, and: own, after: 300))
    }

    @Test("a phase in which the run stopped and went on is marked, and has no rates")
    func interrupted() throws {
        let model = report { run, _ in
            run.environment.resumptions = [.init(at: Self.start + 1_005_000_000, after: .killed)]
        }
        let load = try #require(model.load)
        #expect(load.phases.map(\.isInterrupted) == [false, true, false])
        #expect(load.phases[1].offered == nil && load.phases[1].goodput == nil && load.phases[1].good == 80)
        #expect(model.warnings.contains { $0.code == "phase_interrupted" })
    }

    @Test("a closed loop has a phase for each model where there is an objective, and no load where there is none")
    func closed() throws {
        let load = try #require(report(.closed).load)
        #expect(load.phases.count == 1 && load.phases[0].rate == nil && load.phases[0].good == 80)
        #expect(load.lines == ["openai/x  100.0\u{A0}% within resp 500 ms, 80 of 80"])
        #expect(report(.closed, objective: nil).load == nil)
        #expect(report(objective: nil).load?.lines.isEmpty == true)
    }

    @Test("an open load replaces no table, and the harness's troubles are warnings")
    func trust() {
        let model = report { run, _ in
            run.environment.harness = [HarnessHealth(cpuShare: 0.99, cores: 2)]
        }
        #expect(!model.run.mayReplaceTable)
        #expect(model.verdict.reason.contains("open load"))
        #expect(model.warnings.contains { $0.code == "harness" && $0.text.contains("99") })
        #expect(model.facts.contains { $0.name == "harness" })
    }
}
