import LLMCore
import Testing

@testable import BenchCore

@Suite("The words of a report", .timeLimit(.minutes(2)))
struct ReportTermTests {
    @Test("every metric has a label and a definition, every key stands once")
    func terms() {
        let keys = ReportTerm.all.map(\.key)
        #expect(Set(keys).count == keys.count)
        for metric in ReportMetric.allCases { #expect(ReportTerm.all.contains(metric.term)) }
        for term in ReportTerm.all { #expect(!term.label.isEmpty && term.definition.count > 20) }
    }

    @Test("every outcome of the taxonomy has its place in reports")
    func outcomes() {
        #expect(ReportOutcomes.inOrder.count == AttemptClass.allCases.count + 6)
        #expect(ReportOutcomes.inOrder.first == .ok)
    }
}
