public import BenchCore

/// The formats of a report.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    case html, md, csv, json

    /// Name of the file in the run's folder.
    public var fileName: String { "report.\(rawValue)" }
}

/// Renders a ``ReportModel``. The same model gives the same bytes: there is no clock, no locale and no unordered iteration in here.
public enum ReportRenderer {
    /// Writes one self-contained page, a piece at a time.
    public static func html(_ model: ReportModel, into sink: inout some ReportSink) throws {
        try HTMLReport(model).write(into: &sink)
    }

    /// At most ``MarkdownReport/limit`` bytes, for a comment on a pull request.
    public static func markdown(_ model: ReportModel) -> String { MarkdownReport(model).text }

    /// One line per arm.
    public static func csv(_ model: ReportModel) -> String { CSVReport(model).text }

    /// The whole report as JSON, cases included, keys sorted.
    public static func json(_ model: ReportModel, into sink: inout some ReportSink) throws {
        try JSONReport(model).write(into: &sink)
    }

    /// Any format.
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
