import BenchCore
import LLMCore
import Testing

@Suite("what a dataset is made of", .timeLimit(.minutes(1)))
struct DatasetProfileTests {
    private func row(
        _ id: String, _ prompt: String, group: String? = nil, tags: [String] = [], metadata: JSONObject = JSONObject(),
        split: BenchCase.Split = .select
    ) -> BenchCase {
        var row = BenchCase(
            id: id, task: "t", group: group, messages: [.user(prompt)],
            assertions: [Assertion(kind: .contains, value: "a")], split: split, tags: tags, metadata: metadata, hash: ""
        )
        row.hash = row.contentHash
        return row
    }

    @Test("cases are counted by split, language, group, difficulty and assertion")
    func counts() {
        let profile = DatasetProfile([
            row("1", "one", group: "g", tags: ["hard", "en"], metadata: ["difficulty": 3]),
            row("2", "two", group: "g", tags: ["es"], split: .holdout), row("3", "three", metadata: ["difficulty": 3]),
        ])
        #expect(profile.cases == 3 && profile.bySplit == ["select": 2, "holdout": 1])
        #expect(profile.byLanguage == ["en": 1, "es": 1, "other": 1] && profile.byGroup == ["g": 2])
        #expect(profile.byDifficulty == ["3": 2] && profile.byKind == ["contains": 3])
        #expect(profile.withReference == 0 && profile.promptCharacters.median == 3)
    }

    @Test("equal prompts are duplicates, and those that share more than half of their runs of five words nearly so")
    func duplicates() {
        let text = "Sort the list of numbers below from the smallest to the largest and print it"
        let profile = DatasetProfile([
            row("a", text), row("b", text.uppercased() + "!"), row("c", text + " twice"),
            row("d", "Which HTTP status says that a resource was created on the server?"),
        ])
        #expect(profile.duplicates.map(\.first) == ["a"] && profile.duplicates.map(\.second) == ["b"])
        #expect(profile.nearDuplicates.map(\.second) == ["c", "c"])
        #expect(profile.nearDuplicates.allSatisfy { $0.share > 0.8 && $0.share < 1 })
    }

    private func arm(_ name: String, _ scores: [Double?]) -> CaseDiscrimination.ArmScores {
        .init(arm: ArmID(rawValue: name), scores: scores)
    }

    @Test("a case that good models solve and bad ones do not separates them; one that all solve tells nothing")
    func discrimination() throws {
        let cases = (0..<5).map { row("\($0)", "prompt \($0)") }
        let found = CaseDiscrimination(
            cases,
            [
                arm("good", [1, 0, 1, 1, 1]), arm("fair", [1, 0, 1, 1, 1]), arm("poor", [0, 1, 1, 0, 0]),
                arm("bad", [0, 1, 1, 0, 0]),
            ])
        #expect(found.items.map(\.caseID) == ["0", "1", "2", "3", "4"] && found.items.allSatisfy { $0.arms == 4 })
        #expect(try #require(found.items[0].correlation) > 0.99)
        // The bad ones solve it.
        #expect(try #require(found.items[1].correlation) < -0.99)
        #expect(found.items[2].correlation == nil && found.items[2].interval == nil)
        let interval = try #require(found.items[0].interval)
        #expect(interval.low <= interval.high && interval.high <= 1)
        #expect(found.compared == 5 && found.solvedByAll == 1 && found.solvedByNone == 0)
    }

    @Test("few models give no correlation, or one without an interval")
    func fewModels() {
        let cases = (0..<3).map { row("\($0)", "prompt \($0)") }
        let two = CaseDiscrimination(cases, [arm("a", [1, 1, 0]), arm("b", [0, 0, nil])])
        #expect(two.items.allSatisfy { $0.correlation == nil } && two.compared == 2)
        let three = CaseDiscrimination(cases, [arm("a", [1, 1, 0]), arm("b", [0, 0, 0]), arm("c", [1, 0, 0])])
        #expect(three.items[0].correlation != nil && three.items[0].interval == nil)
        #expect(three.solvedByNone == 1)
    }

    @Test("the gap between fixed and fresh cases comes with an interval, groups counting once")
    func freshGap() throws {
        let fixed = (0..<10).map { row("f\($0)", "fixed \($0)", group: "g\($0)") }
        let fresh = (0..<10).map {
            row("n\($0)", "fresh \($0)", group: "h\($0 / 2)", metadata: ["generator": "fresh-dates"])
        }
        let scores: [Double?] = (0..<10).map { $0 < 8 ? 1 : 0 } + (0..<10).map { $0 < 4 ? 1 : 0 }
        let gap = try #require(CaseDiscrimination(fixed + fresh, [arm("m", scores)]).gaps.first)
        #expect(
            abs(gap.fixed.value - 0.8) < 1e-9 && abs(gap.fresh.value - 0.4) < 1e-9 && abs(gap.gap.value - 0.4) < 1e-9)
        #expect(gap.fixed.n == 10 && gap.fresh.n == 5 && gap.gap.n == 5)
        let interval = try #require(gap.gap.interval)
        #expect(interval.low < 0.4 && interval.high > 0.4)
        #expect(CaseDiscrimination(fixed, [arm("m", Array(scores.prefix(10)))]).gaps.isEmpty)
    }

    @Test("a sample keeps the proportions of groups, and the same seed draws the same rows in any order")
    func samples() {
        let rows = (0..<60).map { row("r\($0)", "prompt \($0)", group: $0 < 40 ? "large" : "small") }
        let sample = DatasetSample.draw(12, from: rows, seed: 7)
        #expect(sample.count == 12 && sample.count { $0.group == "large" } == 8)
        #expect(sample.map(\.id) == DatasetSample.draw(12, from: rows, seed: 7).map(\.id))
        #expect(Set(sample.map(\.id)) == Set(DatasetSample.draw(12, from: rows.reversed(), seed: 7).map(\.id)))
        #expect(sample.map(\.id) != DatasetSample.draw(12, from: rows, seed: 8).map(\.id))
        #expect(DatasetSample.draw(100, from: rows, seed: 7).count == 60)
    }
}
