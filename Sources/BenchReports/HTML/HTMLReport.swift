import BenchCore

struct HTMLReport {
    private let model: ReportModel
    init(_ model: ReportModel) { self.model = model }
    func write(into sink: inout some ReportSink) throws {
        try sink.write(Array("<!doctype html><title>\(model.run.id)</title>".utf8))
    }
}
