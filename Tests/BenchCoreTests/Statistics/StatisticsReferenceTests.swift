import Testing

/// Our statistics beside those of scipy, statsmodels and evalconfidence: on vectors that are kept, and by `scripts/test-statistics` on new ones.
@Suite("statistics: as other programs compute them", .timeLimit(.minutes(3)))
struct StatisticsReferenceTests {
    /// Every case of a table within its tolerance.
    private func agree<Case>(
        _ table: KeyPath<ReferenceVectors.Tables, ReferenceVectors.Table<Case>>,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let vectors = try ReferenceVectors.load()
        let table = vectors.tables[keyPath: table]
        try #require(table.cases.count >= 12, sourceLocation: sourceLocation)
        for (place, example) in table.cases.enumerated() {
            for comparison in example.comparisons where !(comparison.deviation <= table.tolerance) {
                Issue.record(
                    "case \(place) of seed \(vectors.seed), \(table.reference): \(comparison)",
                    sourceLocation: sourceLocation)
            }
        }
    }

    @Test("the distributions and their quantiles")
    func distributions() throws { try agree(\.distributions) }

    @Test("Wilson's interval, of effective sizes too")
    func wilson() throws { try agree(\.wilson) }

    @Test("means with errors robust to clusters, and Student's interval")
    func clusteredMeans() throws { try agree(\.clusteredMean) }

    @Test("rates of clustered outcomes")
    func clusteredRates() throws { try agree(\.clusteredRate) }

    @Test("quantiles and their exact intervals, failures included, and where there is none")
    func quantiles() throws { try agree(\.quantile) }

    @Test("quantile intervals of clustered values")
    func clusteredQuantiles() throws { try agree(\.clusteredQuantile) }

    @Test("pass@k and pass^k")
    func passes() throws { try agree(\.passes) }

    @Test("McNemar's exact test")
    func mcNemar() throws { try agree(\.mcnemar) }

    @Test("Holm's adjustment")
    func holm() throws { try agree(\.holm) }

    @Test("paired and clustered bootstraps of differences and ratios")
    func bootstrap() throws { try agree(\.bootstrap) }

    @Test("Wilcoxon's signed-rank test, ties and failures included")
    func signedRank() throws { try agree(\.signedRank) }

    @Test("the Hodges-Lehmann ratio and its interval, failures and clusters included")
    func hodgesLehmann() throws { try agree(\.hodgesLehmann) }

    @Test("equivalence by two one-sided tests")
    func equivalence() throws { try agree(\.equivalence) }

    @Test("cases needed and differences seen")
    func power() throws { try agree(\.power) }
}
