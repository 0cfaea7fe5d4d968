import ArgumentParser
import BenchCore
import DirGenAPI
import DirGenBench
import LLMCore

extension TableCommand {
    struct Export: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a table with all its evidence to a new file, which `table verify` can derive again.",
            discussion: "The file holds outcomes, prices, seeds and hashes; no prompt and no answer.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "Table: a task, an identifier or a prefix of it.", transform: TextArgument.name) var table:
            String
        @Argument(help: "New file to write.", transform: TextArgument.file) var file: String
        private static let mostLaidOut = 20_000

        func execute(_ console: Console) async throws {
            let tables = SelectionTables(store: try common.requiredStore())
            let stored = try await tables.find(table, simulated: common.simulate)
            let document = try await tables.file(of: stored)
            let outcomes = document.others.reduce(document.evidence.outcomes.count) { $0 + $1.outcomes.count }
            let json = try document.json()
            // Laid out for people while people can read it.
            let text = outcomes > Self.mostLaidOut ? json.text : json.prettyText
            let new = try NewFile.create(at: file)
            try new.write(text + "\n")
            try new.commit()
            console.say("wrote \(file)")
        }
    }

    struct Verify: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Derive an exported table again; exit 1 and name the rows that do not come out the same.",
            discussion: "Needs the file alone: no database, no provider.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "File from `table export`.", transform: TextArgument.file) var file: String
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let document = try TableFileDocument.read(path: file)
            let result = TableVerificationDocument(document, path: file, faults: try document.faults())
            switch options.format {
            case .json: try console.json(result)
            case .text: console.data(result.page)
            }
            if !result.verified { throw ExitCode(CommandError.Code.failures.rawValue) }
        }
    }

    struct Import: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Verify an exported table and keep it.",
            discussion: "It is the one in use where it is its task's newest, or with --pin.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "File from `table export`.", transform: TextArgument.file) var file: String
        @Flag(help: "Keep it in use, whatever is derived later.") var pin = false

        func execute(_ console: Console) async throws {
            let document = try TableFileDocument.verified(path: file)
            let tables = SelectionTables(store: try common.writableStore())
            let added = try await tables.add(document)
            let stored = try await tables.find(document.table.id, simulated: document.table.simulated)
            if pin { try await tables.pin(stored) }
            console.say("\(added ? "imported" : "already there:") \(stored.id) for \(stored.task)")
            if !pin, !stored.isInUse { console.say("another table is in use; `table pin \(stored.id)` changes that") }
        }
    }
}

extension TableVerificationDocument {
    fileprivate var page: String {
        guard verified else {
            return (["\(file): NOT as it was written"] + faults.map { "  \($0.description)" }).joined(separator: "\n")
        }
        return
            "\(file): verified: \(task), \(rows) models and \(NumberText.count(outcomes)) outcomes, derived again bit for bit"
    }
}

extension TableFileDocument {
    /// Reads a table that `table export` wrote.
    static func read(path: String) throws -> TableFileDocument {
        let name = InputFile.name(path)
        let hint = "`dirgen-bench table export TASK FILE` writes one"
        let document: TableFileDocument
        do {
            document = try TableFileDocument(bytes: try InputFile.bytes(path))
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError(.usage, "\(name): not an exported selection table", hint: hint)
        }
        guard document.format == formatName else {
            throw CommandError(.usage, "\(name): not an exported selection table", hint: hint)
        }
        guard document.version == 1 else {
            throw CommandError(
                .usage, "\(name): its version is \(document.version)", hint: "use the newer dirgen-bench that wrote it")
        }
        return document
    }

    /// As ``read(path:)``, and everything in it holds.
    static func verified(path: String) throws -> TableFileDocument {
        let document = try read(path: path)
        let faults = try document.faults()
        guard faults.isEmpty else {
            let named = faults.prefix(3).map(\.description).joined(separator: "; ")
            throw CommandError(
                .failures, "\(InputFile.name(path)): not as it was written: \(named)",
                hint: "`dirgen-bench table verify` names every row")
        }
        return document
    }
}
