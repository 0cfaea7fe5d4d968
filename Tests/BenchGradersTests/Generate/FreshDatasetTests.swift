import LLMCore
import Testing

@testable import BenchGraders

@Suite("Fresh datasets", .timeLimit(.minutes(5)))
struct FreshDatasetTests {
    static let tasks = FreshDataset.tasks

    private static func rows(_ task: TaskType, seed: UInt64, count: Int) throws -> [JSONValue] {
        let dataset = try #require(FreshDataset(task: task, seed: seed))
        return try dataset.lines(count: count).map { try JSONValue.parse($0) }
    }

    @Test("there are generators for six tasks")
    func sixTasks() {
        let names = [
            "planning", "complex_generation", "verification", "general", "simple_generation", "architecture",
        ]
        #expect(Self.tasks.map(\.rawValue) == names)
        #expect(FreshDataset(task: "poetry", seed: 1) == nil)
    }

    @Test(
        "the same seed gives the same bytes, a smaller count their beginning, another seed other cases",
        arguments: tasks)
    func sameSeed(task: TaskType) throws {
        let dataset = try #require(FreshDataset(task: task, seed: 42))
        let lines = dataset.lines(count: 60)
        #expect(lines == dataset.lines(count: 60))
        #expect(Array(lines.prefix(21)) == dataset.lines(count: 20))
        let other = try #require(FreshDataset(task: task, seed: 43)).lines(count: 60)
        #expect(Set(lines).isDisjoint(with: other))
    }

    /// Written on one machine and found again on every other. A change of a generator changes them, which ends the comparison with
    /// older fresh files.
    @Test("the bytes of seed 1 are known", arguments: zip(tasks, hashes))
    func knownBytes(task: TaskType, hash: String) throws {
        let lines = try #require(FreshDataset(task: task, seed: 1)).lines(count: 40)
        #expect(ContentHash.sha256(lines.joined(separator: "\n")).hasPrefix(hash))
    }
    private static let hashes = [
        "4b0952399fc1", "5ecd3e265f53", "1b15bbc6f464", "f0024aa06679", "7688ba38bbbf", "2b9c8d436e0d",
    ]

    @Test("a file has a header, ids with the seed, graded difficulty and a quarter in Spanish", arguments: tasks)
    func shape(task: TaskType) throws {
        let lines = try Self.rows(task, seed: UInt64.max, count: 400)
        #expect(lines[0]["$dataset"] == "dirgen.dataset/1")
        #expect(lines[0]["task"] == .string(task.rawValue))
        let rows = Array(lines.dropFirst())
        #expect(rows.count == 400)
        #expect(rows[6]["id"] == .string("fresh-\(task.rawValue)-18446744073709551615-7"))
        #expect(Set(rows.map { $0["id"]?.string }).count == 400)
        #expect(rows.count { $0["tags"] == ["es"] } == 100)
        #expect(
            (1...5).map { level in rows.count { $0["metadata"]?["difficulty"] == JSONValue(level) } } == [
                60, 100, 120, 80, 40,
            ])
        for row in rows {
            #expect(row["metadata"]?["seed"]?.number?.literal == "18446744073709551615")
            #expect(row["metadata"]?["generator"] == row["group"])
            #expect(row["bad_answers"]?.array?.isEmpty == false)
        }
        #expect(Set(rows.map { $0["input"]?.string }).count == 400)
    }

    private static let kinds: [any CaseGenerator.Type] = [
        ScheduleGenerator.self, BlocksGenerator.self, RouteGenerator.self, OrderGenerator.self, BudgetGenerator.self,
        ProgramOutputGenerator.self, PlanCheckGenerator.self, DateGenerator.self, UnitGenerator.self,
        ConstraintTextGenerator.self, TableGenerator.self, ExtractionGenerator.self, ConversionGenerator.self,
        AvailabilityGenerator.self, CapacityGenerator.self, QuorumGenerator.self, PartitionGenerator.self,
    ]

    @Test(
        "references pass; the nearly right, the empty, the prompt and a heap of its words fail",
        arguments: kinds.indices, [FreshLanguage.english, .spanish])
    func grading(index: Int, language: FreshLanguage) throws {
        let kind = Self.kinds[index]
        let cases = DraftFixture.hundred(kind, levels: 1...5, in: language)
        #expect(cases.count == 100)
        for fixture in cases {
            let draft = fixture.draft
            #expect(try fixture.passes(draft.reference) == true, "\(draft.prompt)\n\(draft.reference)")
            // Its numbers first: none is to follow a marker by chance.
            let words = draft.prompt.split(whereSeparator: \.isWhitespace)
            let heap =
                (words.filter { $0.contains(where: \.isNumber) } + words.filter { !$0.contains(where: \.isNumber) })
                .joined(separator: " ")
            let others = ["", draft.prompt, heap, "The weather was fine, and nobody thought of anything."]
            for answer in draft.badAnswers + others {
                #expect(try fixture.passes(answer) == false, "\(kind.name): \(draft.prompt)\n\(answer)")
            }
        }
    }
}
