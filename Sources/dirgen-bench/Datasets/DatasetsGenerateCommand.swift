import ArgumentParser
import BenchCore
import DirGenBench
import LLMCore

/// The command `datasets generate`: makes a dataset of new cases, which no model can have seen.
struct DatasetsGenerateCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make a dataset of new cases from a seed.",
        discussion: """
            Tasks: planning, complex_generation, verification, general, simple_generation, architecture. References are computed \
            by solvers of this program. The same seed gives the same bytes; a smaller count gives the beginning of a larger one.
            """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "Task of the cases.", transform: TextArgument.name) var task: String
    @Option(
        help: ArgumentHelp("Seed of the cases.", valueName: "n"), transform: NumberArgument.whole(0...Int.max))
    var seed: Int
    @Option(help: ArgumentHelp("Number of cases.", valueName: "n"), transform: NumberArgument.whole(1...100_000))
    var count: Int
    @Option(
        help: ArgumentHelp("New file to write instead of standard output.", valueName: "file"),
        transform: TextArgument.file)
    var output: String?

    func execute(_ console: Console) async throws {
        let lines = try DatasetGeneration.lines(TaskType(task), seed: UInt64(seed), count: count)
        guard let output else {
            for line in lines { console.data(line) }
            return
        }
        let new = try NewFile.create(at: output)
        for line in lines { try new.write(line + "\n") }
        try new.commit()
        console.say("wrote \(count) cases to \(output)")
    }
}
