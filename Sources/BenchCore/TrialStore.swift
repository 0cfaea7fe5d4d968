public import LLMCore

/// The port for writing a run. Durable before visible: every method returns only when what it was given is on disk.
public protocol TrialStore: Sendable {
    /// Writes the run and the whole canonical rows of its cases.
    func begin(_ run: RunRecord, cases: [BenchCase]) async throws
    /// Writes an attempt as `reserved` with its worst-case cost, before it is sent; reserved again, it keeps the dearer worst case.
    func reserve(_ intent: AttemptIntent, run: RunID) async throws
    /// Writes trials with their calls, attempts (now `settled`) and verdicts, all or nothing.
    ///
    /// Concurrent callers share transactions: a call waits at most 20 ms for company. One case, arm and repetition has one trial that counts:
    /// a trial ``Trial/replaces`` one that failed, or is refused.
    func record(_ trials: [Trial], storeContent: Bool) async throws
    /// Puts a grade in the place of the one that a trial of the run had, which is on disk since its answer came.
    func record(grade: RegradedTrial, of run: RunID) async throws
    /// Writes the call of a judge model with its attempts, which were reserved like those of the trial whose answer it judges.
    func record(judge call: CallRecord, of trial: CallID, run: RunID, storeContent: Bool) async throws
    /// Adds how the harness fared in a part of the run to the run's environment.
    func record(_ health: HarnessHealth, of run: RunID) async throws
    func finish(_ run: RunID, status: RunRecord.Status, endedAt: Int64) async throws
}

/// The port for reading runs.
public protocol RunReader: Sendable {
    /// Newest first.
    func runs(limit: Int) async throws -> [RunRecord]
    /// By full identifier or an unambiguous prefix, in any case; `latest` is the newest. `nil` when there is none.
    ///
    /// - Throws: ``AmbiguousRun`` when several begin so.
    func run(matching text: String) async throws -> RunRecord?
    /// The canonical rows of a run, in dataset order.
    func cases(of run: RunID) async throws -> [BenchCase]
    /// The hashes of a run's cases of one split.
    func caseHashes(of run: RunID, in split: BenchCase.Split) async throws -> Set<String>
    /// Those that count, in schedule order, a page at a time: a run of any length is read in bounded memory.
    func trials(of run: RunID) -> AsyncThrowingStream<[TrialRow], any Error>
    /// For derivation: the newest complete trial per (arm, endpoint, case row hash, repetition) of a task, of runs that may count.
    ///
    /// Complete is what was not ours: a cancelled, ungraded or harness-broken trial never hides an older one. Cases of the `holdout`
    /// split are left out: they are for reporting. Rows come ordered by arm, endpoint, case hash and repetition, without verdicts,
    /// attempts, retry classes, answer and thinking.
    func evidence(_ query: EvidenceQuery) async throws -> [TrialRow]
}

/// A prefix that several runs begin with.
package struct AmbiguousRun: Error, Sendable, Hashable, CustomStringConvertible {
    package var text: String
    package var matches: [RunID]
    package init(text: String, matches: [RunID]) {
        self.text = text
        self.matches = matches
    }
    package var description: String {
        "several runs begin with \(text): \(matches.map(\.rawValue).joined(separator: ", "))"
    }
}

/// A query for the trials that a table may derive from.
public struct EvidenceQuery: Sendable, Hashable {
    public var task: TaskType
    public var simulated: Bool
    public var timeScale: Double
    public var graderVersion: String
    public var priceVersion: String
    /// Count partial (`--limit`) runs and those that did not complete too: set by `--derive`.
    public var includePartial: Bool
    public init(
        task: TaskType, simulated: Bool, timeScale: Double, graderVersion: String, priceVersion: String,
        includePartial: Bool = false
    ) {
        self.task = task
        self.simulated = simulated
        self.timeScale = timeScale
        self.graderVersion = graderVersion
        self.priceVersion = priceVersion
        self.includePartial = includePartial
    }
}
