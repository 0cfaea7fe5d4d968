import ArgumentParser
import BenchCore
import BenchFormats
import LLMCore

extension DatasetsCommand {
    struct Sample: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a sample of a dataset's rows that keeps the proportions of its groups.",
            discussion: "The same seed gives the same rows.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "File to draw from.", transform: TextArgument.file) var file: String
        @Option(
            help: ArgumentHelp("Number of rows.", valueName: "n"),
            transform: NumberArgument.whole(1...1_000_000)) var count: Int
        @Option(help: ArgumentHelp("Seed of the draw.", valueName: "n"), transform: NumberArgument.whole(0...Int.max))
        var seed: Int = 1

        func execute(_ console: Console) async throws {
            var dataset = try DatasetFile.read(path: file).dataset
            dataset.cases = DatasetSample.draw(count, from: dataset.cases, seed: UInt64(seed))
            for line in try DatasetWriter.lines(dataset, as: .dirgen) { console.data(line) }
        }
    }

    struct Convert: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a dataset's rows in another format.",
            discussion: """
                dirgen: canonical rows, with defaults and variables applied. promptfoo: tests in JSON Lines for the prompt \
                {{prompt}}. openai-evals: rows with input and ideal. What a format cannot express is an error with its line.
                """)
        @OptionGroup var common: CommonOptions
        @Argument(help: "File to convert.", transform: TextArgument.file) var file: String
        @Option(help: "Format to write: dirgen, promptfoo or openai-evals.") var to: DatasetFormatArgument

        func execute(_ console: Console) async throws {
            let dataset = try DatasetFile.read(path: file).dataset
            for line in try DatasetWriter.lines(dataset, as: to.format) { console.data(line) }
        }
    }
}

/// The formats that can be written.
enum DatasetFormatArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case dirgen, promptfoo
    case openAIEvals = "openai-evals"

    var format: DatasetWriter.Format {
        switch self {
        case .dirgen: .dirgen
        case .promptfoo: .promptfoo
        case .openAIEvals: .openAIEvals
        }
    }
}
