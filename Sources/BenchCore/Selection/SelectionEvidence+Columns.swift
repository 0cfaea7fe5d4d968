import LLMCore

/// The stored form of evidence: the outcomes of an arm as columns of text, an entry a case and repetition. Tens of thousands of outcomes
/// are written with every table.
extension SelectionEvidence: Codable {
    private enum CodingKeys: String, CodingKey { case task, ids, hashes, groups, weights, arms, leftOut }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(task, forKey: .task)
        try values.encode(cases.map(\.id), forKey: .ids)
        try values.encode(cases.map(\.hash), forKey: .hashes)
        if cases.contains(where: { $0.group != nil }) { try values.encode(cases.map(\.group), forKey: .groups) }
        if cases.contains(where: { $0.weight != 1 }) { try values.encode(cases.map(\.weight), forKey: .weights) }
        try values.encode(arms.map(OutcomeColumns.init), forKey: .arms)
        if !leftOut.isEmpty { try values.encode(leftOut, forKey: .leftOut) }
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let ids = try values.decode([String].self, forKey: .ids)
        let hashes = try values.decode([String].self, forKey: .hashes)
        let groups = try values.decodeIfPresent([String?].self, forKey: .groups)
        let weights = try values.decodeIfPresent([Double].self, forKey: .weights)
        guard hashes.count == ids.count, (groups ?? []).isEmpty || groups?.count == ids.count,
            weights.map({ $0.count == ids.count }) ?? true
        else { throw OutcomeColumns.uneven(values.codingPath) }
        self.init(
            task: try values.decode(TaskType.self, forKey: .task),
            cases: ids.indices.map {
                Case(id: ids[$0], hash: hashes[$0], group: groups.flatMap { $0 }?[$0], weight: weights?[$0] ?? 1)
            },
            arms: try values.decode([OutcomeColumns].self, forKey: .arms).map { try $0.outcomes(cases: ids.count) },
            leftOut: try values.decodeIfPresent([SelectionTable.LeftOut].self, forKey: .leftOut) ?? [])
    }
}

/// The outcomes of one arm as columns. A column that says nothing (one repetition a case, no failure, nothing known) is left out.
private struct OutcomeColumns: Codable {
    private var arm: Arm
    private var runs: [String]
    private var run: Column?
    /// Outcomes of each case.
    private var repeats: Column?
    private var score: Column
    private var passed: Column?
    private var failed: Column?
    private var cost: Column?
    private var resp: Column?
    private var ttft: Column?
    private var e2e: Column?
    private var promptTokens: Column?
    private var outputTokens: Column?
    private var streamedTokens: Column?

    init(_ measured: SelectionEvidence.ArmOutcomes) {
        arm = measured.arm
        let outcomes = Array(measured.outcomes.joined())
        let names = Set(outcomes.map(\.run)).sorted()
        let numbers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        runs = names
        run = names.count > 1 ? Column(outcomes.map { numbers[$0.run] ?? 0 }) : nil
        repeats = measured.outcomes.allSatisfy { $0.count == 1 } ? nil : Column(measured.outcomes.map(\.count))
        score = Column(outcomes.map { JSONNumber($0.score)?.literal })
        passed = Column.known(outcomes.map { $0.passed.map { $0 ? "1" : "0" } })
        failed = outcomes.contains(where: \.failed) ? Column(outcomes.map { $0.failed ? 1 : 0 }) : nil
        cost = Column.known(outcomes.map { $0.cost.map { String($0.pico) } })
        func column(_ value: KeyPath<SelectionEvidence.Outcome, Double?>) -> Column? {
            Column.known(outcomes.map { $0[keyPath: value].flatMap { JSONNumber($0)?.literal } })
        }
        func column(_ value: KeyPath<SelectionEvidence.Outcome, Int?>) -> Column? {
            Column.known(outcomes.map { $0[keyPath: value].map { String($0) } })
        }
        resp = column(\.resp)
        ttft = column(\.ttft)
        e2e = column(\.e2e)
        promptTokens = column(\.promptTokens)
        outputTokens = column(\.outputTokens)
        streamedTokens = column(\.streamedTokens)
    }

    func outcomes(cases: Int) throws -> SelectionEvidence.ArmOutcomes {
        let counts = try repeats?.values { Int($0) } ?? Array(repeating: 1, count: cases)
        let scores = try score.values { Double($0) }
        let total = counts.reduce(0) { $0 + max(0, $1 ?? 0) }
        guard counts.count == cases, scores.count == total else { throw Self.uneven([]) }
        func entries<Value>(_ column: Column?, _ read: (Substring) -> Value?) throws -> [Value?] {
            let values = try column?.values(read) ?? Array(repeating: nil, count: total)
            guard values.count == total else { throw Self.uneven([]) }
            return values
        }
        let run = try entries(run) { Int($0) }
        let passed = try entries(passed) { $0 == "1" }
        let failed = try entries(failed) { $0 == "1" }
        let costs = try entries(cost) { Int64($0).map(USD.init(pico:)) }
        let (resp, ttft) = (try entries(resp) { Double($0) }, try entries(ttft) { Double($0) })
        let e2e = try entries(e2e) { Double($0) }
        let (prompt, output) = (try entries(promptTokens) { Int($0) }, try entries(outputTokens) { Int($0) })
        let streamed = try entries(streamedTokens) { Int($0) }
        var place = 0
        let outcomes = counts.map { count in
            (0..<max(0, count ?? 0)).map { _ in
                defer { place += 1 }
                let number = run[place] ?? 0
                return SelectionEvidence.Outcome(
                    run: runs.indices.contains(number) ? runs[number] : "", score: scores[place] ?? 0,
                    passed: passed[place], failed: failed[place] ?? false, cost: costs[place], resp: resp[place],
                    ttft: ttft[place], e2e: e2e[place], promptTokens: prompt[place], outputTokens: output[place],
                    streamedTokens: streamed[place])
            }
        }
        return SelectionEvidence.ArmOutcomes(arm: arm, outcomes: outcomes)
    }

    static func uneven(_ path: [any CodingKey]) -> DecodingError {
        .dataCorrupted(.init(codingPath: path, debugDescription: "columns of unequal length"))
    }
}

/// A column of numbers as text, with blanks between and `-` for what is unknown.
private struct Column: Codable {
    private let text: String

    init(_ values: [String?]) { text = values.map { $0 ?? "-" }.joined(separator: " ") }
    init(_ values: [Int]) { text = values.map(String.init).joined(separator: " ") }
    init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

    /// `nil` where nothing is known.
    static func known(_ values: [String?]) -> Column? {
        values.contains { $0 != nil } ? Column(values) : nil
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// - Throws: `DecodingError` where an entry is no such value.
    func values<Value>(_ read: (Substring) -> Value?) throws -> [Value?] {
        try text.split(separator: " ").map { entry in
            if entry == "-" { return nil }
            guard let value = read(entry) else {
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not a number: \(entry)"))
            }
            return value
        }
    }
}
