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
    ]
}
