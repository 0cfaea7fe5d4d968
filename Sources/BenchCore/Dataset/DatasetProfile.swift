import LLMCore

/// The make-up of a set of cases: counts, lengths, duplicates and near duplicates.
package struct DatasetProfile: Sendable {
    package var cases: Int
    package var bySplit: [String: Int]
    /// Of the tags that name a language, two letters; `other` for rows without one.
    package var byLanguage: [String: Int]
    package var byGroup: [String: Int]
    /// Of `metadata.difficulty`.
    package var byDifficulty: [String: Int]
    /// Rows that have an assertion of the kind, in sets too.
    package var byKind: [String: Int]
    package var withReference: Int
    package var withBadAnswers: Int
    /// Characters of a prompt: its 5th, 50th and 95th percentile by nearest rank.
    package var promptCharacters: (low: Double, median: Double, high: Double)
    /// Pairs of ids with the same prompt.
    package var duplicates: [(first: String, second: String)]
    /// Pairs whose prompts share more than half of their runs of five words, and how much of them.
    package var nearDuplicates: [(first: String, second: String, share: Double)]

    /// The share of runs of five words (Jaccard) above which two prompts are near duplicates.
    package static let nearShare = 0.5

    package init(_ rows: [BenchCase]) {
        cases = rows.count
        bySplit = DatasetProfile.count(rows.map { [$0.split.rawValue] })
        byLanguage = DatasetProfile.count(rows.map { [$0.language ?? "other"] })
        byGroup = DatasetProfile.count(rows.map { $0.group.map { [$0] } ?? [] })
        byDifficulty = DatasetProfile.count(
            rows.map { row in
                row.metadata["difficulty"].map { [$0.string ?? $0.text] } ?? []
            })
        byKind = DatasetProfile.count(rows.map { Set($0.assertions.flatMap(\.types)).sorted() })
        withReference = rows.count { $0.reference != nil }
        withBadAnswers = rows.count { !$0.badAnswers.isEmpty }
        let lengths = rows.map { Double($0.promptText.count) }.sorted()
        func rank(_ q: Double) -> Double { Statistics.nearestRank(sorted: lengths, quantile: q) ?? 0 }
        promptCharacters = (rank(0.05), rank(0.5), rank(0.95))
        (duplicates, nearDuplicates) = PromptOverlap(rows).pairs(above: DatasetProfile.nearShare)
    }

    private static func count(_ keys: [[String]]) -> [String: Int] {
        keys.joined().reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
}

extension BenchCase {
    /// The first tag of two small letters.
    package var language: String? {
        tags.first { $0.utf8.count == 2 && $0.unicodeScalars.allSatisfy { ("a"..."z").contains($0) } }
    }

    /// A solver made it just now, so that no model can have seen it.
    package var isFresh: Bool { metadata["generator"] != nil }

    package var promptText: String { messages.map(\.text).joined(separator: "\n") }
}

extension Assertion {
    fileprivate var types: [String] { [type] + nested.flatMap(\.types) }
}

/// The runs of five words that prompts have in common.
private struct PromptOverlap {
    private let ids: [String]
    private let texts: [String]
    private let shingles: [Set<Int>]

    private static let size = 5
    /// A run of words that more rows share says nothing about any two of them: an instruction on the format.
    private static let mostSharing = 400

    init(_ rows: [BenchCase]) {
        ids = rows.map(\.id)
        texts = rows.map { TextSimilarity.words($0.promptText).joined(separator: " ") }
        var numbers: [[String]: Int] = [:]
        shingles = texts.map { text in
            let words = text.split(separator: " ").map(String.init)
            let runs =
                words.count <= PromptOverlap.size
                ? [words]
                : (0...(words.count - PromptOverlap.size)).map { Array(words[$0..<($0 + PromptOverlap.size)]) }
            return Set(
                runs.map { run in
                    let number = numbers[run] ?? numbers.count
                    numbers[run] = number
                    return number
                })
        }
    }

    /// Pairs with the same words, and pairs with nearly the same, in the order of the rows.
    func pairs(above least: Double) -> (same: [(String, String)], near: [(String, String, Double)]) {
        var rowsOf: [Int: [Int]] = [:]
        for (row, set) in shingles.enumerated() {
            for shingle in set { rowsOf[shingle, default: []].append(row) }
        }
        var same: [(String, String)] = []
        var near: [(String, String, Double)] = []
        for (row, set) in shingles.enumerated() {
            var common: [Int: Int] = [:]
            for shingle in set {
                guard let rows = rowsOf[shingle], rows.count <= PromptOverlap.mostSharing else { continue }
                for other in rows where other < row { common[other, default: 0] += 1 }
            }
            for other in common.keys.sorted() {
                if texts[other] == texts[row] {
                    same.append((ids[other], ids[row]))
                    continue
                }
                let both = set.intersection(shingles[other]).count
                let share = Double(both) / Double(set.count + shingles[other].count - both)
                if share > least { near.append((ids[other], ids[row], share)) }
            }
        }
        return (same, near)
    }
}
