import BenchCore
import LLMCore

extension TrialStoreConformance {
    static let tableChecks = [
        Check("a selection table comes back whole, draws included") { store in
            let table = BenchFixtures.table(arms: [BenchFixtures.arm(), BenchFixtures.arm("xai/grok-4")])
            try await store.save(table, from: [RunID(rawValue: "01RUN")])
            try expectEqual(try await store.table(for: .architecture, simulated: false), table, "the table")
        },
        Check("the newest table of a task is used, simulated and real apart") { store in
            let tables = [
                BenchFixtures.table("new", derivedAt: 3), BenchFixtures.table("old", derivedAt: 2),
                BenchFixtures.table("sim", derivedAt: 9, simulated: true),
                BenchFixtures.table("plan", task: .planning, derivedAt: 9),
            ]
            for table in tables { try await store.save(table, from: []) }
            try expectEqual(try await store.table(for: .architecture, simulated: false)?.id, "new", "the real one")
            try expectEqual(try await store.table(for: .architecture, simulated: true)?.id, "sim", "the simulated one")
            try expectEqual(try await store.table(for: .planning, simulated: true)?.id, nil, "no table")
        },
        Check("the oldest table that counts a run is found") { store in
            let (first, second) = (RunID(rawValue: "R1"), RunID(rawValue: "R2"))
            try await store.save(BenchFixtures.table("b", derivedAt: 2), from: [first, second])
            try await store.save(BenchFixtures.table("a", derivedAt: 1), from: [first])
            try expectEqual(try await store.firstTable(from: first)?.id, "a", "the first run's")
            try expectEqual(try await store.firstTable(from: second)?.id, "b", "the second run's")
            try expectEqual(try await store.firstTable(from: RunID(rawValue: "R"))?.id, nil, "nobody's")
        },
        Check("two tables cannot have one name") { store in
            try await store.save(BenchFixtures.table(), from: [])
            try await expectRefusal("a second table of that name") {
                try await store.save(BenchFixtures.table(derivedAt: 5), from: [])
            }
        },
        Check("a table's evidence comes back whole, its own first, and is kept once for two tables") { store in
            let evidence = [BenchFixtures.evidence(), BenchFixtures.evidence(task: .planning)]
            try await store.save(BenchFixtures.table("a", derivedAt: 1), from: [], evidence: evidence)
            try await store.save(BenchFixtures.table("b", derivedAt: 2), from: [], evidence: [evidence[0]])
            try await store.save(BenchFixtures.table("c", derivedAt: 3), from: [])
            try expectEqual(try await store.evidence(of: "a"), evidence, "the evidence of both tasks")
            try expectEqual(try await store.evidence(of: "b"), [evidence[0]], "the same again")
            try expectEqual(try await store.evidence(of: "c"), [], "a table without evidence")
            try expectEqual(try await store.evidence(of: "d"), [], "no table")
        },
        Check("a pinned table is in use whatever is derived later, until the pin goes") { store in
            try await store.save(BenchFixtures.table("old", derivedAt: 1), from: [RunID(rawValue: "R")])
            try await store.save(BenchFixtures.table("new", derivedAt: 2), from: [])
            try await store.save(BenchFixtures.table("sim", derivedAt: 3, simulated: true), from: [])
            try await store.pin("old")
            try expectEqual(try await store.table(for: .architecture, simulated: false)?.id, "old", "the pinned one")
            try expectEqual(try await store.table(for: .architecture, simulated: true)?.id, "sim", "the simulated one")
            let states = try await store.storedTables().map { "\($0.id) \($0.isPinned) \($0.isInUse)" }
            try expectEqual(states, ["sim false true", "new false false", "old true true"], "the history")
            try expectEqual(try await store.storedTables().last?.runs, [RunID(rawValue: "R")], "its runs")
            try await store.pin("new")
            try expectEqual(try await store.table(for: .architecture, simulated: false)?.id, "new", "another pin")
            try await store.pin("old")
            try await store.unpin(.architecture, simulated: false)
            try expectEqual(try await store.table(for: .architecture, simulated: false)?.id, "new", "no pin")
            try await expectRefusal("a pin on no table") { try await store.pin("nothing") }
        },
        Check("a table is found by its identifier") { store in
            let table = BenchFixtures.table("a", derivedAt: 1)
            try await store.save(table, from: [])
            try expectEqual(try await store.table(withID: "a"), table, "the table")
            try expectEqual(try await store.table(withID: "b"), nil, "no table")
        },
    ]
}
