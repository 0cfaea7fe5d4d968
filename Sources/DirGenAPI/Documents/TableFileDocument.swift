public import BenchCore
public import LLMCore

/// A fault of an exported table: a statement in it that does not hold.
public struct TableFileFault: Document, Error, CustomStringConvertible {
    public var task: TaskType
    /// Which row, and what about it.
    public var message: String

    init(_ task: TaskType, _ message: String) {
        self.task = task
        self.message = message
    }

    public var description: String { "\(task): \(message)" }
}

/// An exported selection table: one file with the table and everything it was derived from, so that anyone can derive it again.
public struct TableFileDocument: Document {
    public static let formatName = "dirgen-selection-table"

    /// ``formatName``.
    public var format: String
    public var version: Int
    /// The program's version that wrote it.
    public var program: String
    /// The prices of the run that it was derived from; `null` when they are not known.
    public var prices: JSONValue?
    /// SHA-256 of ``prices``.
    public var pricesHash: String
    public var evidence: EvidenceDocument
    /// Other tasks on which all arms of the table were measured.
    public var others: [EvidenceDocument]
    public var runs: [RunID]
    /// The table with its seed, versions and draws.
    public var table: SelectionTable
    /// SHA-256 of program, runs, the table's identifier and the hashes of prices and evidence.
    public var sha256: String

    private enum CodingKeys: String, CodingKey {
        case format, version, program, prices
        case pricesHash = "prices_sha256"
        case evidence
        case others = "other_tasks"
        case runs, table, sha256
    }

    /// - Parameter evidence: The table's own, then that of other tasks; at least one.
    public init(
        _ table: SelectionTable, runs: [RunID], evidence: [SelectionEvidence], prices: JSONValue?, program: String
    ) throws {
        guard let own = evidence.first else {
            throw TableFileFault(table.task, "the table was saved without its evidence")
        }
        format = Self.formatName
        version = 1
        self.program = program
        self.prices = prices
        pricesHash = Self.hash(of: prices)
        self.evidence = try EvidenceDocument(own)
        others = try evidence.dropFirst().map(EvidenceDocument.init)
        self.runs = runs
        self.table = table
        sha256 = ""
        sha256 = hash
    }

    private var hash: String {
        let names = [program, runs.map(\.rawValue).joined(separator: " "), table.id, pricesHash, evidence.sha256]
        return ContentHash.sha256((names + others.map(\.sha256)).joined(separator: "\n"))
    }

    private static func hash(of prices: JSONValue?) -> String { ContentHash.sha256((prices ?? .null).text) }

    /// Derives the table again, and names every row that does not come out as the file says, bit for bit.
    ///
    /// - Returns: Nothing when all holds.
    public func faults() throws -> [TableFileFault] {
        var faults = try evidence.alterations() + others.flatMap { try $0.alterations() }
        if Self.hash(of: prices) != pricesHash { faults.append(fault("the prices were changed")) }
        if hash != sha256 {
            faults.append(fault("its hash says that evidence, prices, program, runs or identifier were exchanged"))
        }
        if let wrong = table.defaults.fault { return faults + [fault("its \(wrong) is none")] }
        if evidence.arms.contains(where: { $0.simulated != table.simulated }) {
            faults.append(fault("its evidence is \(table.simulated ? "not " : "")the simulator's"))
        }
        guard evidence.task == table.task else { return faults + [fault("the evidence is of another task")] }
        do throws(TableFileFault) {
            faults += differences(from: try derived())
        } catch {
            faults.append(error)
        }
        return faults
    }

    /// The evidence, the table's own first.
    public func allEvidence() throws(TableFileFault) -> [SelectionEvidence] {
        var all = [try evidence.evidence()]
        for other in others { all.append(try other.evidence()) }
        return all
    }

    private func fault(_ message: String) -> TableFileFault { TableFileFault(table.task, message) }

    /// More draws than any version makes are not drawn for a stranger's file.
    private static let mostDraws = 100_000

    private func derived() throws(TableFileFault) -> SelectionTable {
        let draws = table.rows.first?.draws.quality.count ?? 0
        guard draws <= Self.mostDraws else { throw fault("it has \(draws) draws") }
        let all = try allEvidence()
        let provenance = SelectionDeriver.Provenance(
            task: table.task, simulated: table.simulated, timeScale: table.timeScale, datasetHash: table.datasetHash,
            graderVersion: table.graderVersion, priceVersion: table.priceVersion, derivedAt: table.derivedAt,
            seed: table.seed)
        return SelectionDeriver.derive(
            all[0], others: Array(all.dropFirst()), provenance: provenance, constraints: table.defaults,
            incumbent: table.incumbent, draws: draws)
    }

    private func differences(from derived: SelectionTable) -> [TableFileFault] {
        var faults: [TableFileFault] = []
        let known = Dictionary(table.rows.map { ($0.arm.id, $0) }) { first, _ in first }
        for row in derived.rows {
            guard let own = known[row.arm.id] else {
                faults.append(fault("row \(row.arm.id): missing in the table"))
                continue
            }
            let names = own.differences(from: row)
            guard !names.isEmpty else { continue }
            faults.append(
                fault("row \(row.arm.id): derived again, it has another \(names.joined(separator: ", "))"))
        }
        for row in table.rows where !derived.rows.contains(where: { $0.arm.id == row.arm.id }) {
            faults.append(fault("row \(row.arm.id): the evidence has no such arm"))
        }
        if faults.isEmpty, derived != table {
            faults.append(fault("seed, versions, constraints or incumbent are not those it was derived with"))
        }
        return faults
    }
}

extension SelectionRow {
    /// The words for what is not the same in two rows of one arm.
    fileprivate func differences(from other: SelectionRow) -> [String] {
        var names: [String] = []
        func compare(_ name: String, _ isSame: Bool) { if !isSame { names.append(name) } }
        compare("quality", (quality, qualityLow, qualityHigh) == (other.quality, other.qualityLow, other.qualityHigh))
        compare("pass rate", passRate == other.passRate)
        compare("cost", cost == other.cost)
        compare(
            "p95", (respP95, respP95Low, respP95High) == (other.respP95, other.respP95Low, other.respP95High))
        compare("failure rate", failureRate == other.failureRate)
        compare("estimate", steadiedQuality == other.steadiedQuality)
        compare("number of cases", n == other.n)
        compare("draws", draws == other.draws)
        compare("sums", sums == other.sums)
        if names.isEmpty, self != other { names.append("provenance") }
        return names
    }
}
