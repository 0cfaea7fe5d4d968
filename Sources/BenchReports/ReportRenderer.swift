public import BenchCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The formats of a report.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    case html, md, csv, json

    /// Name of the file in the run's folder.
    public var fileName: String { "report.\(rawValue)" }
}

/// A renderer of reports. The same model gives the same bytes: there is no clock, no locale and no unordered iteration in here.
public enum ReportRenderer {
    /// Writes one self-contained page, a piece at a time.
    public static func html(_ model: ReportModel, into sink: inout some ReportSink) throws {
        try HTMLReport(model).write(into: &sink)
    }

    /// At most ``MarkdownReport/limit`` bytes, for a comment on a pull request.
    public static func markdown(_ model: ReportModel) -> String { MarkdownReport(model).text }

    /// One line per model or configuration.
    public static func csv(_ model: ReportModel) -> String { CSVReport(model).text }

    /// The whole report as JSON, cases included, keys sorted.
    public static func json(_ model: ReportModel, into sink: inout some ReportSink) throws {
        try JSONReport(model).write(into: &sink)
    }

    /// Writes a report in any format.
    public static func write(_ model: ReportModel, as format: ReportFormat, into sink: inout some ReportSink) throws {
        switch format {
        case .html: try html(model, into: &sink)
        case .md: try sink.write(Array(markdown(model).utf8))
        case .csv: try sink.write(Array(csv(model).utf8))
        case .json: try json(model, into: &sink)
        }
    }

    /// The whole report in memory.
    public static func bytes(_ model: ReportModel, as format: ReportFormat) throws -> [UInt8] {
        var sink = MemorySink()
        try write(model, as: format, into: &sink)
        return sink.bytes
    }
}

/// The files of a report: `DIRECTORY/RUN/report.html` and its siblings, each whole or not there.
package enum ReportFiles {
    /// Proves that the run's folder can be made and a file written into it: to be called before anything is spent.
    /// The folder does not stay: the run may yet be refused, or was only to be looked at.
    package static func prepare(run: RunID, in directory: String) throws(ReportFileError) {
        let folder = "\(directory)/\(run)"
        try makeFolders(folder)
        var file = try FileSink("\(folder)/.write-test")
        file.discard()
        rmdir(folder)
    }

    /// Writes `formats` under temporary names and renames them when they are complete and on disk.
    ///
    /// - Returns: The paths, in the order of `formats`.
    package static func write(
        _ model: ReportModel, formats: [ReportFormat] = [.html, .md], to directory: String
    ) throws(ReportFileError) -> [String] {
        let folder = "\(directory)/\(model.run.id)"
        try makeFolders(folder)
        // Not one without a report.
        defer { rmdir(folder) }
        var paths: [String] = []
        for format in formats {
            let path = "\(folder)/\(format.fileName)"
            try write(model, as: format, to: path)
            paths.append(path)
        }
        return paths
    }

    private static func write(_ model: ReportModel, as format: ReportFormat, to path: String) throws(ReportFileError) {
        var file = try FileSink(path)
        do {
            try ReportRenderer.write(model, as: format, into: &file)
            try file.finish()
        } catch let error as ReportFileError {
            file.discard()
            throw error
        } catch {
            file.discard()
            throw ReportFileError(path: path, reason: "\(error)")
        }
    }

    private static func makeFolders(_ path: String) throws(ReportFileError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/" + part
            if mkdir(made, 0o777) != 0, errno != EEXIST {
                // A parent that exists may refuse the attempt in other words (read-only file system, no permission).
                let code = errno
                guard isFolder(made) else { throw ReportFileError(path: made, code: code) }
            }
        }
        guard isFolder(path) else { throw ReportFileError(path: path, code: ENOTDIR) }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
