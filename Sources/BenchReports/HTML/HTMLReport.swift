import BenchCore
import LLMCore
import Mustache

/// One page that needs nothing but itself: its frame from a template, its cases streamed into the middle.
struct HTMLReport {
    private let model: ReportModel

    init(_ model: ReportModel) { self.model = model }

    /// The marker at which the cases are inserted. No cleaned text can hold it: it is a control character.
    private static let seam = "\u{1}"

    func write(into sink: inout some ReportSink) throws {
        let template = try MustacheTemplate(string: PageTemplates.frame)
        let frame = template.render(PageContext(model, seam: HTMLReport.seam).values)
        let halves = frame.split(separator: HTMLReport.seam, maxSplits: 1, omittingEmptySubsequences: false)
        try sink.write(Array(halves[0].utf8))
        let cases = CaseMarkup(model)
        var out = Markup()
        for row in model.cases {
            cases.write(row, into: &out)
            try sink.write(out.bytes)
            out.removeAll()
        }
        if halves.count > 1 { try sink.write(Array(halves[1].utf8)) }
    }
}
