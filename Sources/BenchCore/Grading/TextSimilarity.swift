import LLMCore

/// Measures of how alike two texts are.
enum TextSimilarity {
    /// The edits (a scalar inserted, deleted or replaced) between two texts, `nil` when they are more than `limit` (Levenshtein 1966;
    /// only the band that few edits can reach is computed, Ukkonen 1985).
    static func edits(_ left: String, _ right: String, limit: Int, isOver: () -> Bool) -> Edits {
        let (left, right) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
        guard abs(left.count - right.count) <= limit else { return .moreThanLimit }
        let most = min(limit, max(left.count, right.count))
        let far = most + 1
        var row = (0...right.count).map { min($0, far) }
        for (index, scalar) in left.enumerated() {
            if index & 63 == 0, isOver() { return .stopped }
            let band = max(0, index - most)..<min(right.count, index + most + 1)
            var diagonal = row[band.lowerBound]
            row[band.lowerBound] = band.lowerBound == 0 ? min(index + 1, far) : far
            for place in band {
                let above = place - index == most ? far : row[place + 1]
                let replaced = diagonal + (right[place] == scalar ? 0 : 1)
                diagonal = above
                row[place + 1] = min(replaced, above + 1, row[place] + 1, far)
            }
        }
        return row[right.count] > most ? .moreThanLimit : .count(row[right.count])
    }

    enum Edits: Equatable {
        case count(Int)
        case moreThanLimit, stopped
    }

    /// ROUGE-N of one word (Lin 2004): the share of the reference's words that the text has too, each counted as often as in both.
    static func rouge(_ text: String, reference: String) -> Double {
        let wanted = counts(words(reference)[...], of: 1)
        let found = counts(words(text)[...], of: 1)
        let total = wanted.values.reduce(0, +)
        guard total > 0 else { return found.isEmpty ? 1 : 0 }
        return Double(overlap(wanted, found)) / Double(total)
    }

    /// BLEU (Papineni et al. 2002) of up to four words with equal weights, against the nearest of several references. Texts shorter
    /// than four words are compared by the runs that they have.
    static func bleu(_ text: String, references: [String]) -> Double {
        let candidate = words(text)
        let references = references.map(words)
        let lengths = references.map(\.count)
        guard !candidate.isEmpty,
            let nearest = lengths.min(by: { (abs($0 - candidate.count), $0) < (abs($1 - candidate.count), $1) })
        else { return 0 }
        let most = min(4, candidate.count, max(1, lengths.max() ?? 1))
        var logs = 0.0
        for size in 1...most {
            let found = counts(candidate[...], of: size)
            var best: [[String]: Int] = [:]
            for reference in references { best.merge(counts(reference[...], of: size)) { max($0, $1) } }
            let precision = Double(overlap(found, best)) / Double(candidate.count - size + 1)
            // As promptfoo has it: one missing length does not make the product zero.
            logs += Portable.ln(precision > 0 ? precision : 1e-7) / Double(most)
        }
        let brevity = candidate.count >= nearest ? 0 : 1 - Double(nearest) / Double(candidate.count)
        return Portable.exponential(brevity + logs)
    }

    /// Runs of letters and digits, letter case aside.
    static func words(_ text: String) -> [String] {
        text.caseFolded.unicodeScalars.split { !$0.isWordPart }.map { String(String.UnicodeScalarView($0)) }
    }

    private static func counts(_ words: ArraySlice<String>, of size: Int) -> [[String]: Int] {
        guard words.count >= size else { return [:] }
        var counts: [[String]: Int] = [:]
        for start in words.startIndex...(words.endIndex - size) {
            counts[Array(words[start..<(start + size)]), default: 0] += 1
        }
        return counts
    }

    private static func overlap(_ left: [[String]: Int], _ right: [[String]: Int]) -> Int {
        left.reduce(0) { $0 + min($1.value, right[$1.key] ?? 0) }
    }
}
