import ArgumentParser
import BenchCore
import BenchFormats
import DirGenAPI
import DirGenBench
import LLMCore

extension DatasetsCommand {
    struct Stats: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Describe datasets, and what stored runs say about their cases.",
            discussion: """
                Counts by split, language, group, difficulty and assertion; duplicates, and near duplicates by runs of five words. \
                From the runs in the database: how well each case separates good models from bad ones (the correlation of its \
                scores with the models' means over the other cases), what all or none solve, and each model's gap between fixed \
                cases and fresh ones (rows that a generator made). --simulate looks at simulated runs.
                """)
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Files to describe.", transform: TextArgument.file) var files: [String]
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let datasets = try files.map { try DatasetFile.read(path: $0).dataset }
            let study = DatasetStudy(store: try common.existingStore())
            let document = try await study.document(of: datasets, simulated: common.simulate)
            switch options.format {
            case .json: try console.json(document)
            case .text: console.data(document.page)
            }
        }
    }
}

extension DatasetStatsDocument {
    fileprivate var page: String {
        let results = self.results.map { [$0.page] } ?? []
        return (files.map(\.page) + results).joined(separator: "\n\n")
    }
}

extension DatasetStatsDocument.File {
    fileprivate var page: String {
        func list(_ counts: [String: Int]) -> String {
            counts.isEmpty
                ? "–" : counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        var lines = [
            "\(file): \(cases) cases in \(groups.count) groups",
            "splits: \(list(splits))", "languages: \(list(languages))", "difficulties: \(list(difficulties))",
            "assertions: \(list(assertions))",
            "with a reference \(withReference), with bad answers \(withBadAnswers)",
            "characters of a prompt: median \(Int(promptCharacters.median)), p5 \(Int(promptCharacters.p5)), p95 \(Int(promptCharacters.p95))",
            "duplicates \(duplicates.count), near duplicates \(nearDuplicates.count) (\(NumberText.percent(nearDuplicateShare, 1)) of cases)",
        ]
        lines += (duplicates + nearDuplicates).prefix(10).map {
            "  \($0.first) and \($0.second): \(NumberText.percent($0.share))"
        }
        return lines.joined(separator: "\n")
    }
}

extension DatasetStatsDocument.Results {
    fileprivate var page: String {
        func share(_ value: Double?) -> String { value.map { NumberText.percent($0) } ?? NumberText.unknown }
        func number(_ value: Double?) -> String { value.map { NumberText.fixed($0, 2) } ?? NumberText.unknown }
        func interval(_ low: Double?, _ high: Double?) -> String {
            guard let low, let high else { return NumberText.unknown }
            return "\(number(low)) to \(number(high))"
        }
        var items = TextTable([
            ("CASE", .left), ("MODELS", .right), ("MEAN", .right), ("DISCRIMINATION", .right), ("95 %", .left),
        ])
        // Those that separate worst come first: they are the ones to look at.
        for item in self.items.sorted(by: { ($0.discrimination ?? 2, $0.caseID) < ($1.discrimination ?? 2, $1.caseID) })
        {
            items.add([
                item.caseID, "\(item.models)", number(item.mean), number(item.discrimination),
                interval(item.low, item.high),
            ])
        }
        var lines = [
            "\(models.count) models; of \(compared) cases that two or more answered, all solved \(share(solvedByAll)), none \(share(solvedByNone))",
            items.text,
        ]
        if !freshGaps.isEmpty {
            var gaps = TextTable([
                ("MODEL", .left), ("FIXED", .right), ("FRESH", .right), ("GAP", .right), ("95 %", .left),
            ])
            for gap in freshGaps {
                gaps.add([
                    gap.model.rawValue, number(gap.fixed), number(gap.fresh), number(gap.gap),
                    interval(gap.low, gap.high),
                ])
            }
            lines.append(gaps.text)
        }
        return lines.joined(separator: "\n")
    }
}
