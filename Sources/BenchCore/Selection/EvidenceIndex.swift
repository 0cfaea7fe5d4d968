import LLMCore

/// An index of answers by arm and case, duplicates resolved.
struct EvidenceIndex {
    /// One arm at one endpoint.
    struct Entry {
        let id: ArmID
        let arm: Arm
        /// Of each case, by its number, the places of its answers among ``rows``, one for each repetition.
        var answers: [[Int]] = []
        var newest: Int64 = .min

        func covers(_ number: Int) -> Bool { number < answers.count && !answers[number].isEmpty }
    }
    struct CaseFacts {
        let id: String
        let hash: String
        let group: String?
        let weight: Double
        var newest: Int64

        var shared: SelectionEvidence.Case { SelectionEvidence.Case(id: id, hash: hash, group: group, weight: weight) }
    }

    let rows: [EvidenceRow]
    /// By name, then endpoint.
    private(set) var arms: [Entry] = []
    /// Arms of which no answer was judged.
    private(set) var unjudged: [SelectionTable.LeftOut] = []
    private var cases: [CaseFacts] = []
    private var dropped: Set<Int> = []

    /// - Parameter rows: In any order; what comes from the other environment does not count.
    init(rows: [EvidenceRow], cases allowed: Set<String>?, simulated: Bool) {
        self.rows = rows
        var numbers = Numbering()
        var judged: Set<ArmID> = []
        var silent: Set<Arm> = []
        for (place, row) in rows.enumerated() {
            guard row.arm.simulated == simulated, allowed?.contains(row.caseHash) ?? true else { continue }
            guard row.outcome != nil else {
                silent.insert(row.arm)
                continue
            }
            let (arm, isNewArm) = numbers.number(of: row.arm)
            if isNewArm {
                arms.append(Entry(id: row.arm.id, arm: row.arm))
                judged.insert(row.arm.id)
            }
            let (number, isNewCase) = numbers.number(ofCase: row.caseHash)
            if isNewCase {
                cases.append(
                    CaseFacts(
                        id: row.caseID, hash: row.caseHash, group: row.group, weight: row.weight, newest: row.startedAt)
                )
            }
            cases[number].newest = max(cases[number].newest, row.startedAt)
            arms[arm].newest = max(arms[arm].newest, row.startedAt)
            keepNewer(place, arm: arm, case: number)
        }
        arms.sort { ($0.id, $0.arm.endpoint) < ($1.id, $1.arm.endpoint) }
        unjudged = silent.filter { !judged.contains($0.id) }
            .map { .init(arm: $0.id, endpoint: $0.endpoint, reason: "none of its answers has a score") }
    }

    private struct Numbering {
        private var arms: [Arm: Int] = [:]
        private var cases: [String: Int] = [:]
        private var last: (arm: Arm, number: Int)?

        mutating func number(of arm: Arm) -> (number: Int, isNew: Bool) {
            // Rows mostly come arm by arm, and an arm takes long to hash.
            if let last, last.arm == arm { return (last.number, false) }
            let found = arms[arm]
            let number = found ?? arms.count
            arms[arm] = number
            last = (arm, number)
            return (number, found == nil)
        }

        mutating func number(ofCase hash: String) -> (number: Int, isNew: Bool) {
            if let found = cases[hash] { return (found, false) }
            cases[hash] = cases.count
            return (cases.count - 1, true)
        }
    }

    private mutating func keepNewer(_ place: Int, arm: Int, case number: Int) {
        while arms[arm].answers.count <= number { arms[arm].answers.append([]) }
        let repetition = rows[place].repetition
        guard let known = arms[arm].answers[number].firstIndex(where: { rows[$0].repetition == repetition }) else {
            arms[arm].answers[number].append(place)
            return
        }
        let other = arms[arm].answers[number][known]
        let isNewer =
            (rows[place].startedAt, rows[place].identifier) > (rows[other].startedAt, rows[other].identifier)
        if isNewer { arms[arm].answers[number][known] = place }
    }

    /// Of one case id, only the row content tried last: an edited prompt is another case.
    mutating func keepNewestRowOfEachCase() {
        var newest: [String: Int] = [:]
        for number in cases.indices {
            guard let other = newest[cases[number].id] else {
                newest[cases[number].id] = number
                continue
            }
            let isNewer = (cases[number].newest, cases[number].hash) > (cases[other].newest, cases[other].hash)
            dropped.insert(isNewer ? other : number)
            if isNewer { newest[cases[number].id] = number }
        }
    }

    /// An arm is named without its endpoint: of two endpoints the one tried last is compared.
    mutating func dropOlderEndpoints() -> [SelectionTable.LeftOut] {
        var kept: [Entry] = []
        var leftOut: [SelectionTable.LeftOut] = []
        for entry in arms {
            guard let last = kept.last, last.id == entry.id else {
                kept.append(entry)
                continue
            }
            let isNewer = entry.newest > last.newest
            if isNewer { kept[kept.count - 1] = entry }
            leftOut.append(
                .init(
                    arm: entry.id, endpoint: (isNewer ? last : entry).arm.endpoint,
                    reason: "another endpoint of the same model was tried later"))
        }
        arms = kept
        return leftOut
    }

    mutating func dropThinlyCovered(least: Double) -> [SelectionTable.LeftOut] {
        let counted = cases.indices.filter { !dropped.contains($0) }
        let coverage = arms.map { entry in counted.count { entry.covers($0) } }
        let most = coverage.max() ?? 0
        var leftOut: [SelectionTable.LeftOut] = []
        var kept: [Entry] = []
        for (entry, count) in zip(arms, coverage) {
            if count > 0, Double(count) >= least * Double(most) {
                kept.append(entry)
            } else {
                leftOut.append(
                    .init(
                        arm: entry.id, endpoint: entry.arm.endpoint,
                        reason: "measured on \(count) of the \(most) cases that others were"))
            }
        }
        arms = kept
        return leftOut
    }

    /// Drops arms one by one, each the one that costs the others most cases: while it costs them a tenth of what they share, or while they
    /// share too few to certify anything.
    mutating func dropCostly(enough: Int) -> [SelectionTable.LeftOut] {
        let counted = cases.indices.filter { !dropped.contains($0) }
        var leftOut: [SelectionTable.LeftOut] = []
        while arms.count > 2 {
            var shared = 0
            // Of each arm, the cases that it alone lacks.
            var costs = [Int](repeating: 0, count: arms.count)
            for number in counted {
                let lacking = arms.indices.filter { !arms[$0].covers(number) }.prefix(2)
                if lacking.isEmpty { shared += 1 } else if lacking.count == 1 { costs[lacking[0]] += 1 }
            }
            guard let costly = costs.indices.max(by: { costs[$0] < costs[$1] }), costs[costly] > 0,
                costs[costly] * 10 >= shared || shared < enough && counted.count >= enough
            else { break }
            let entry = arms.remove(at: costly)
            leftOut.append(
                .init(
                    arm: entry.id, endpoint: entry.arm.endpoint,
                    reason: "it lacks \(costs[costly]) cases that all others share: with it \(shared) would be left"))
        }
        return leftOut
    }

    /// Numbers of the cases that every remaining arm has, in an order that does not depend on that of the rows.
    func sharedCases() -> [Int] {
        guard !arms.isEmpty else { return [] }
        return cases.indices
            .filter { number in !dropped.contains(number) && arms.allSatisfy { $0.covers(number) } }
            .sorted { cases[$0].hash < cases[$1].hash }
    }

    func facts(of number: Int) -> CaseFacts { cases[number] }

    /// Of each case, the arm's outcomes by repetition.
    func outcomes(of entry: Entry, cases numbers: [Int]) -> [[SelectionEvidence.Outcome]] {
        numbers.map { number in
            entry.answers[number].sorted { rows[$0].repetition < rows[$1].repetition }.compactMap { rows[$0].outcome }
        }
    }
}
