import LLMCore

/// A model of fixed shape for load studies: `bench-50-chunks` sends fifty one-token events at once, `bench-64-chunks-50-per-second`
/// one every 20 ms. Every provider has them; they cost nothing, and only those are listed that a scenario names among its models.
struct BenchModel: Sendable, Hashable {
    var chunks: Int
    /// Events a second; `nil` sends without pause.
    var rate: Double?

    init?(_ name: String) {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 6, parts[0] == "bench", parts[2] == "chunks",
            let chunks = Int(parts[1]), (1...100_000).contains(chunks)
        else { return nil }
        self.chunks = chunks
        guard parts.count == 6 else { return }
        guard parts[4] == "per", parts[5] == "second", let rate = Double(parts[3]), rate > 0 else { return nil }
        self.rate = rate
    }

    static let words = [" one", " two", " six", " ten", " sun", " sea", " sky", " air"]
}
