import DirGenBench
import LLMCore
import Testing

@Suite("Generation of datasets", .timeLimit(.minutes(1)))
struct DatasetGenerationTests {
    @Test("a file has its header and as many rows as asked for")
    func lines() throws {
        let lines = try DatasetGeneration.lines("planning", seed: 7, count: 10)
        #expect(lines.count == 11)
        #expect(try lines.allSatisfy { try JSONValue.parse($0).object != nil })
    }

    @Test("a task without generators is refused with a suggestion")
    func unknownTask() {
        let error = #expect(throws: InputError.self) { try DatasetGeneration.lines("planing", seed: 1, count: 1) }
        #expect(error?.message == "there is no generator for the task 'planing'")
        #expect(error?.advice == "did you mean 'planning'?")
    }

    @Test("a count out of range is refused", arguments: [0, -1, 100_001])
    func count(count: Int) {
        #expect(throws: InputError.self) { try DatasetGeneration.lines("general", seed: 1, count: count) }
    }
}
