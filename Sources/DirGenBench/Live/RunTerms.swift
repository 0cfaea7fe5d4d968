package import DirGenAPI
package import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The terms on which other programs may begin runs: the datasets they choose from, the money they may spend, the place of the reports.
package struct RunTerms: Sendable, Hashable {
    /// Folder whose files they may name.
    package var datasets: String
    /// Most that one run may be allowed to spend.
    package var maxCost: USD
    package var reports: String
    /// Of the simulator's waits; 1 for real providers.
    package var timeScale: Double

    package init(datasets: String, maxCost: USD, reports: String = "reports", timeScale: Double = 1) {
        self.datasets = datasets
        self.maxCost = maxCost
        self.reports = reports
        self.timeScale = timeScale
    }
}

extension RunTerms {
    /// Datasets that are listed, at most.
    private static let mostListed = 1_000

    /// The files that can be named, in order.
    package func listed() -> [DatasetEntryDocument] {
        let root = folder
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: root) else { return [] }
        let entries = names.sorted().lazy.compactMap { name in
            (try? path(of: name)).flatMap { Self.size(of: $0) }.map { DatasetEntryDocument(name: name, bytes: $0) }
        }
        return Array(entries.prefix(Self.mostListed))
    }

    /// The place of a dataset by its name.
    ///
    /// - Throws: ``InputError`` for a name that is no file of the folder. It does not tell what else lies where the name leads.
    package func path(of name: String) throws(InputError) -> String {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { !$0.isEmpty && $0.first != "." && !$0.contains("\0") }
        // A link may lead out of the folder: it is followed before anybody looks.
        let path = isPlain ? URL(filePath: folder + "/" + name).resolvingSymlinksInPath().path : ""
        guard path.hasPrefix(folder + "/"), Self.size(of: path) != nil else {
            throw InputError(.unknownDataset, "dataset: there is none named '\(name)'")
        }
        return path
    }

    private var folder: String {
        let path = URL(filePath: datasets).resolvingSymlinksInPath().path
        return path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Bytes of a regular file; `nil` for anything else.
    private static func size(of path: String) -> Int? {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
            facts[.type] as? FileAttributeType == .typeRegular
        else { return nil }
        // A number of one type or another, by the Foundation that is linked.
        return facts[.size].flatMap { Int("\($0)") }
    }

    /// The request that an order makes, within the terms.
    ///
    /// - Parameter isSimulated: Nothing is paid, so that without a limit there is none.
    /// - Throws: ``InputError`` for a dataset or a model that cannot be; ``LiveRunError`` for more money than the terms allow.
    func request(_ order: RunOrderDocument, isSimulated: Bool) throws -> BenchRequest {
        let path = try path(of: order.dataset)
        if let asked = order.maxCost, asked > maxCost { throw LiveRunError.tooExpensive(most: maxCost) }
        let usual = isSimulated ? nil : min(maxCost, USD(pico: USD.picoPerDollar))
        var request = BenchRequest(
            datasetPath: path, models: try (order.models ?? []).map { try ArmSpec($0) }, task: order.task,
            cases: order.cases ?? [], limit: order.limit, repeats: order.repeats ?? 1, concurrency: order.concurrency,
            retries: order.retries ?? 2, maxCost: order.maxCost ?? usual, judge: JudgeRequest(model: order.judge),
            reuse: order.reuse ?? false, derive: order.derive ?? false, output: reports, timeScale: timeScale,
            program: "POST", arguments: ["/api/runs", try order.json().text])
        if let seed = order.seed { request.seed = UInt64(seed) }
        return request
    }
}
