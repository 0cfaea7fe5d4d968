/// Finds what a misspelt word was meant to be.
public enum Suggestion {
    /// `did you mean 'dialect'?`, or `nil` when nothing is near.
    public static func hint(for word: String, among known: some Sequence<String>) -> String? {
        let near = known.map { (distance: distance(word.lowercased(), $0.lowercased()), word: $0) }
            .min { ($0.distance, $0.word) < ($1.distance, $1.word) }
        guard let near, near.distance <= max(1, word.count / 3) else { return nil }
        return "did you mean '\(near.word)'?"
    }

    /// Levenshtein's: insertions, deletions and replacements.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let replaced = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
