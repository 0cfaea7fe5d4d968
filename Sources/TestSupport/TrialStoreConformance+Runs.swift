import BenchCore
import LLMCore

extension TrialStoreConformance {
    static let runChecks = [
        Check("a run comes back whole, with its cases in order") { store in
            var run = BenchFixtures.run(
                arms: [
                    BenchFixtures.arm(),
                    Arm(
                        model: ModelID(provider: .local, name: "ai/smollm3"),
                        parameters: GenerationParameters(temperature: 0.2, stop: ["END"], reasoningEffort: "low"),
                        promptVariant: "terse", endpoint: "http://localhost:12434", simulated: true),
                ])
            run.maxCost = nil
            var cases = BenchFixtures.cases(12)
            cases[1].metadata = ["_extra": ["k": 1.5]]
            cases[2].split = .holdout
            for place in [1, 2] { cases[place].hash = cases[place].contentHash }
            try await store.begin(run, cases: cases)
            try expectEqual(try await store.run(matching: run.id.rawValue), run, "the run")
            try expectEqual(try await store.cases(of: run.id), cases, "the cases")
            try expectEqual(
                try await store.caseHashes(of: run.id, in: .select),
                Set(cases.map(\.hash)).subtracting([cases[2].hash]),
                "the cases to select by")
            try expectEqual(
                try await store.caseHashes(of: run.id, in: .holdout), [cases[2].hash], "the cases held out")
            try expectEqual(try await rows(of: run, in: store), [], "trials of a run without any")
        },
        Check("finishing a run sets its status and end") { store in
            var run = BenchFixtures.run()
            _ = try await begun(store, run)
            try await store.finish(run.id, status: .budgetStopped, endedAt: run.startedAt + 7)
            run.status = .budgetStopped
            run.endedAt = run.startedAt + 7
            try expectEqual(try await store.run(matching: "latest"), run, "the run")
        },
        Check("how the harness fared is added to the run's environment, part by part") { store in
            var run = BenchFixtures.run()
            _ = try await begun(store, run)
            let parts = [
                HarnessHealth(cpuShare: 0.25, cores: 2),
                HarnessHealth(lag: .init(n: 9, p50: 0.5, p99: 2, max: 3), clockStep: -1.5),
            ]
            for part in parts { try await store.record(part, of: run.id) }
            run.environment.harness = parts
            try expectEqual(try await store.run(matching: "latest"), run, "the run")
        },
        Check("runs come newest first, as many as asked for") { store in
            for (index, name) in ["B", "C", "A"].enumerated() {
                let run = BenchFixtures.run(name, startedAt: BenchFixtures.start + Int64(index))
                try await store.begin(run, cases: [])
            }
            try expectEqual(try await store.runs(limit: 2).map(\.id.rawValue), ["A", "C"], "the newest two")
            try expectEqual(try await store.runs(limit: 0).count, 0, "none")
            try expectEqual(try await store.run(matching: "latest")?.id.rawValue, "A", "the latest")
        },
        Check("a run is found by a prefix that is its own, in any case") { store in
            for name in ["01ABC", "01ABD", "01X_Z", "01ABC2"] {
                try await store.begin(BenchFixtures.run(name), cases: [])
            }
            try expectEqual(try await store.run(matching: "01abd")?.id.rawValue, "01ABD", "lower case")
            try expectEqual(try await store.run(matching: "01x_")?.id.rawValue, "01X_Z", "an underscore is itself")
            try expectEqual(try await store.run(matching: "01ABC")?.id.rawValue, "01ABC", "an exact name first")
            for absent in ["", "%", "01_", "02", "01ABD3"] {
                try expect(try await store.run(matching: absent) == nil, "`\(absent)` matched")
            }
            do {
                _ = try await store.run(matching: "01AB")
                throw Failure(description: "an ambiguous prefix was answered")
            } catch let error as AmbiguousRun {
                try expectEqual(Set(error.matches.map(\.rawValue)), ["01ABC", "01ABD", "01ABC2"], "the matches")
            }
        },
        Check("a run cannot begin twice, and what does not exist cannot finish") { store in
            let run = BenchFixtures.run()
            _ = try await begun(store, run)
            try await expectRefusal("a second run of that name") { try await store.begin(run, cases: []) }
            try expectEqual(try await store.cases(of: run.id).count, 3, "cases of the first")
            try await expectRefusal("finishing an unknown run") {
                try await store.finish(RunID(rawValue: "none"), status: .complete, endedAt: 1)
            }
        },
    ]
}
