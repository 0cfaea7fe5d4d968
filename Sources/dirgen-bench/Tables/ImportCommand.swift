import ArgumentParser
import BenchCore
import BenchFormats
import DirGenAPI
import DirGenBench
import LLMCore

/// The command `import`: brings evidence in from elsewhere.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import results of other people's evaluations, and providers of LiteLLM.",
        subcommands: [Results.self, List.self, Providers.self])
}

extension ImportCommand {
    struct Results: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import a file of results, one answer a row.",
            discussion: """
                CSV with a header, or JSON Lines; plain or compressed by gzip. Columns: dataset, task, prompt_id, prompt, group, \
                model, score (0 to 1), input_tokens, output_tokens, cost_usd, latency_s. An empty field is unknown; dataset, prompt \
                and group may be missing. `table derive` makes selection tables from them.
                """)
        @OptionGroup var options: GlobalOptions
        @Argument(help: "File to read.", transform: TextArgument.file) var file: String
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let results = try ResultsFile.read(path: file)
            let tables = SelectionTables(store: try common.writableStore())
            let added = try await tables.add(results)
            let document = ImportDocument(results.results, file: file, ignored: results.ignored, added: added)
            switch options.format {
            case .json: try console.json(document)
            case .text: console.data(document.page)
            }
        }
    }

    struct Providers: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the providers of a LiteLLM config.yaml as rows of dirgen.yaml.",
            discussion: """
                Writes nothing and sends nothing. A key written as os.environ/NAME becomes key_env; a key in the file itself is \
                refused by its place. Whatever else cannot be carried over is an error.
                """)
        @OptionGroup var common: CommonOptions
        @Argument(help: "LiteLLM's config.yaml; - reads standard input.", transform: TextArgument.file) var file: String

        func execute(_ console: Console) async throws {
            let bytes = try InputFile.bytes(file)
            let configuration: LiteLLMConfiguration
            do throws(DatasetErrors) {
                configuration = try LiteLLMConfiguration(bytes: bytes, path: InputFile.name(file))
            } catch { throw CommandError(.usage, error.description) }
            console.data(configuration.yaml)
        }
    }

    struct List: DirgenCommand {
        static let configuration = CommandConfiguration(abstract: "List the imported datasets.")
        @OptionGroup var options: GlobalOptions
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let datasets = try await common.existingStore()?.importedDatasets() ?? []
            let documents = datasets.map(ImportedDatasetDocument.init)
            switch options.format {
            case .json: try console.json(documents)
            case .text where documents.isEmpty: console.say("nothing was imported into \(try common.databasePath())")
            case .text: console.data(ImportedDatasetDocument.table(documents))
            }
        }
    }
}

extension ImportDocument {
    fileprivate var page: String {
        var lines = [
            added
                ? "imported \(NumberText.count(results)) results: datasets \(datasets), tasks \(tasks), models \(models), cases \(cases)"
                : "the same \(NumberText.count(results)) results were imported before; nothing was added"
        ]
        if withoutScore > 0 { lines.append("without a score, and so no evidence: \(withoutScore)") }
        if !ignoredColumns.isEmpty { lines.append("columns passed over: \(ignoredColumns.joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }
}

extension ImportedDatasetDocument {
    fileprivate static func table(_ datasets: [ImportedDatasetDocument]) -> String {
        var table = TextTable([
            ("DATASET", .left), ("TASK", .left), ("MODELS", .right), ("CASES", .right), ("RESULTS", .right),
            ("IMPORTED", .left),
        ])
        for row in datasets {
            table.add([
                row.dataset, row.task.rawValue, "\(row.models)", "\(row.cases)", "\(row.results)",
                NumberText.timestamp(microseconds: row.importedAt),
            ])
        }
        return table.text
    }
}
