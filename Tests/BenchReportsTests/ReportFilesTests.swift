import BenchCore
import BenchReports
import Foundation
import LLMCore
import TestSupport
import Testing

@Suite("Report files", .timeLimit(.minutes(2))) struct ReportFilesTests {
    private static let model = RunFixture(shapes: [RunFixture.Shape.usual[0]], caseCount: 2).model()

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "dirgen-report-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test("both files stand in the run's folder, made as needed, and nothing else does")
    func write() throws {
        try inFolder { folder in
            let paths = try ReportFiles.write(Self.model, to: "\(folder)/a/b")
            let home = "\(folder)/a/b/\(Self.model.run.id)"
            #expect(paths == ["\(home)/report.html", "\(home)/report.md"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: home).sorted() == ["report.html", "report.md"])
            let html = try #require(FileManager.default.contents(atPath: paths[0]))
            #expect(Array(html) == (try ReportRenderer.bytes(Self.model, as: .html)))
        }
    }

    @Test("writing again replaces the files with the same bytes")
    func rewrite() throws {
        try inFolder { folder in
            let path = try ReportFiles.write(Self.model, to: folder)[0]
            let first = FileManager.default.contents(atPath: path)
            try Data("something else".utf8).write(to: URL(fileURLWithPath: path))
            _ = try ReportFiles.write(Self.model, to: folder)
            #expect(FileManager.default.contents(atPath: path) == first)
        }
    }

    @Test("a folder that cannot be made is named, with the reason, before anything is spent")
    func unwritable() throws {
        try inFolder { folder in
            try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
            for attempt in [
                { try ReportFiles.prepare(run: Self.model.run.id, in: "\(folder)/file/reports") },
                { _ = try ReportFiles.write(Self.model, to: "\(folder)/file/reports") },
            ] {
                let error = try #require(throws: ReportFileError.self) { try attempt() }
                #expect(error.description.contains("\(folder)/file"))
                #expect(error.reason == "Not a directory")
            }
        }
    }

    @Test("preparing proves the folder and leaves none, for the run may yet be refused")
    func prepare() throws {
        try inFolder { folder in
            try ReportFiles.prepare(run: Self.model.run.id, in: folder)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test("a report that cannot take its place leaves nothing half-written")
    func half() throws {
        try inFolder { folder in
            let home = "\(folder)/\(Self.model.run.id)"
            try FileManager.default.createDirectory(atPath: "\(home)/report.html", withIntermediateDirectories: true)
            #expect(throws: ReportFileError.self) { try ReportFiles.write(Self.model, to: folder) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: home) == ["report.html"])
        }
    }
}
