public import BenchCore
public import LLMCore

/// The evidence of one task as an exported table holds it: every outcome on its own, with a digest that tells whether it was changed.
public struct EvidenceDocument: Document {
    public struct Case: Document {
        public var id: String
        public var hash: String
        public var group: String?
        public var weight: Double
    }

    /// One answer; unknown figures are `null`.
    public struct Outcome: Document {
        public var caseID: String
        public var arm: ArmID
        public var repetition: Int
        /// The run or the file it is from.
        public var run: String
        public var score: Double
        public var passed: Bool?
        public var failed: Bool
        public var cost: USD?
        public var resp: Double?
        public var ttft: Double?
        public var e2e: Double?
        public var promptTokens: Int?
        public var outputTokens: Int?
        public var streamedTokens: Int?
        /// The first 16 digits of the SHA-256 of all of the above.
        public var digest: String

        private enum CodingKeys: String, CodingKey {
            case caseID = "case"
            case arm, repetition, run, score, passed, failed
            case cost = "cost_usd"
            case resp = "resp_ms"
            case ttft = "ttft_ms"
            case e2e = "e2e_ms"
            case promptTokens = "prompt_tokens"
            case outputTokens = "output_tokens"
            case streamedTokens = "streamed_tokens"
            case digest
        }
    }

    public var task: TaskType
    public var cases: [Case]
    public var arms: [Arm]
    public var outcomes: [Outcome]
    public var leftOut: [SelectionTable.LeftOut]
    /// SHA-256 of task, cases, arms, digests of the outcomes and what was left out.
    public var sha256: String

    private enum CodingKeys: String, CodingKey {
        case task, cases, arms, outcomes
        case leftOut = "left_out"
        case sha256
    }

    public init(_ evidence: SelectionEvidence) throws {
        task = evidence.task
        cases = evidence.cases.map { Case(id: $0.id, hash: $0.hash, group: $0.group, weight: $0.weight) }
        arms = evidence.arms.map(\.arm)
        leftOut = evidence.leftOut
        outcomes = evidence.arms.flatMap { measured in
            zip(evidence.cases, measured.outcomes).flatMap { row, repeats in
                repeats.enumerated().map { Outcome($1, case: row, arm: measured.arm.id, repetition: $0) }
            }
        }
        sha256 = ""
        sha256 = try hash()
    }

    /// The outcomes as they are derived from.
    ///
    /// - Throws: ``TableFileFault`` where they are not what any program wrote.
    public func evidence() throws(TableFileFault) -> SelectionEvidence {
        let places = Dictionary(cases.enumerated().map { ($1.id, $0) }) { first, _ in first }
        let armPlaces = Dictionary(arms.enumerated().map { ($1.id, $0) }) { first, _ in first }
        guard places.count == cases.count else { throw TableFileFault(task, "a case stands in it twice") }
        guard armPlaces.count == arms.count else { throw TableFileFault(task, "an arm stands in it twice") }
        var found = arms.map { _ in [[SelectionEvidence.Outcome]](repeating: [], count: cases.count) }
        for outcome in outcomes {
            guard let place = places[outcome.caseID], let arm = armPlaces[outcome.arm] else {
                throw TableFileFault(task, "\(outcome.place): there is no such case or arm")
            }
            guard outcome.repetition == found[arm][place].count else {
                throw TableFileFault(task, "\(outcome.place): repetitions are missing or out of order")
            }
            found[arm][place].append(outcome.plain)
        }
        let evidence = SelectionEvidence(
            task: task, cases: cases.map { .init(id: $0.id, hash: $0.hash, group: $0.group, weight: $0.weight) },
            arms: zip(arms, found).map { SelectionEvidence.ArmOutcomes(arm: $0, outcomes: $1) }, leftOut: leftOut)
        if let fault = evidence.fault { throw TableFileFault(task, fault) }
        return evidence
    }

    /// The changes that its digests tell.
    func alterations() throws -> [TableFileFault] {
        let hashes = Dictionary(cases.map { ($0.id, $0.hash) }) { first, _ in first }
        var faults = outcomes.filter { $0.digest != $0.computedDigest(caseHash: hashes[$0.caseID] ?? "") }.map {
            TableFileFault(task, "\($0.place): its digest says that it was changed")
        }
        if try hash() != sha256 {
            faults.append(TableFileFault(task, "its hash says that cases, arms or outcomes were changed"))
        }
        return faults
    }

    private func hash() throws -> String {
        let facts = [try cases.json().text, try arms.json().text, try leftOut.json().text]
        return ContentHash.sha256(
            ([task.rawValue] + facts + outcomes.map(\.digest)).joined(separator: "\n"))
    }
}

extension EvidenceDocument.Outcome {
    init(
        _ outcome: SelectionEvidence.Outcome, case row: SelectionEvidence.Case, arm: ArmID, repetition: Int
    ) {
        caseID = row.id
        self.arm = arm
        self.repetition = repetition
        run = outcome.run
        score = outcome.score
        passed = outcome.passed
        failed = outcome.failed
        cost = outcome.cost
        resp = outcome.resp
        ttft = outcome.ttft
        e2e = outcome.e2e
        promptTokens = outcome.promptTokens
        outputTokens = outcome.outputTokens
        streamedTokens = outcome.streamedTokens
        digest = ""
        digest = computedDigest(caseHash: row.hash)
    }

    var plain: SelectionEvidence.Outcome {
        SelectionEvidence.Outcome(
            run: run, score: score, passed: passed, failed: failed, cost: cost, resp: resp, ttft: ttft, e2e: e2e,
            promptTokens: promptTokens, outputTokens: outputTokens, streamedTokens: streamedTokens)
    }

    /// "case arch-012, openai/gpt-5", and the repetition, counted from 0, behind the first.
    var place: String { "case \(caseID), \(arm)" + (repetition > 0 ? ", repetition \(repetition)" : "") }

    /// Over values, not bytes: a file that was only laid out anew is the same.
    func computedDigest(caseHash: String) -> String {
        func text(_ value: Double?) -> String { value.flatMap { JSONNumber($0)?.literal } ?? "-" }
        func text(_ value: Int?) -> String { value.map { String($0) } ?? "-" }
        let flags = (passed.map { $0 ? "passed" : "not passed" } ?? "-") + (failed ? " failed" : "")
        let fields = [
            caseID, caseHash, arm.rawValue, String(repetition), run, text(score), flags, cost?.description ?? "-",
            text(resp), text(ttft), text(e2e), text(promptTokens), text(outputTokens), text(streamedTokens),
        ]
        return String(ContentHash.sha256(fields.joined(separator: "\u{1F}")).prefix(16))
    }
}

extension Arm: Document {}
extension SelectionTable.LeftOut: Document {}
