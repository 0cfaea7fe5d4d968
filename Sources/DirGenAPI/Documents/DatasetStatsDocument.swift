package import BenchCore
public import LLMCore

/// The make-up of datasets, and the results of measured models on their cases: the document of `datasets stats`.
public struct DatasetStatsDocument: Document {
    public struct Length: Document {
        public var p5: Double
        public var median: Double
        public var p95: Double
    }

    /// Two rows whose prompts are nearly the same; `share` of their runs of five words are in both.
    public struct Pair: Document {
        public var first: String
        public var second: String
        public var share: Double
    }

    /// One file.
    public struct File: Document {
        public var file: String
        public var cases: Int
        public var splits: [String: Int]
        public var languages: [String: Int]
        public var groups: [String: Int]
        public var difficulties: [String: Int]
        public var assertions: [String: Int]
        public var withReference: Int
        public var withBadAnswers: Int
        public var promptCharacters: Length
        public var duplicates: [Pair]
        public var nearDuplicates: [Pair]
        /// Of rows that are a near duplicate of an earlier one.
        public var nearDuplicateShare: Double

        private enum CodingKeys: String, CodingKey {
            case file, cases, splits, languages, groups, difficulties, assertions
            case withReference = "with_reference"
            case withBadAnswers = "with_bad_answers"
            case promptCharacters = "prompt_characters"
            case duplicates
            case nearDuplicates = "near_duplicates"
            case nearDuplicateShare = "near_duplicate_share"
        }
    }

    /// A case and the models that answered it. `discrimination` is the correlation of its scores with the models' means over the
    /// other cases, from `low` to `high` at 95 %; `null` where too few models answered, or all did equally well.
    public struct Item: Document {
        public var caseID: String
        public var models: Int
        public var mean: Double
        public var discrimination: Double?
        public var low: Double?
        public var high: Double?

        private enum CodingKeys: String, CodingKey {
            case caseID = "case"
            case models, mean, discrimination, low, high
        }
    }

    /// A model's mean score over fixed cases less that over fresh ones, from `low` to `high` at 95 %.
    public struct Gap: Document {
        public var model: ArmID
        public var fixed: Double
        public var fresh: Double
        public var gap: Double
        public var low: Double?
        public var high: Double?
    }

    /// The results in stored runs.
    public struct Results: Document {
        public var models: [ArmID]
        /// Cases that two models or more answered.
        public var compared: Int
        public var solvedByAll: Double?
        public var solvedByNone: Double?
        public var items: [Item]
        public var freshGaps: [Gap]

        private enum CodingKeys: String, CodingKey {
            case models, compared
            case solvedByAll = "solved_by_all"
            case solvedByNone = "solved_by_none"
            case items
            case freshGaps = "fresh_gaps"
        }
    }

    public var files: [File]
    /// `null` where no run answered any of the cases.
    public var results: Results?
}

extension DatasetStatsDocument.File {
    package init(_ profile: DatasetProfile, file: String) {
        typealias Pair = DatasetStatsDocument.Pair
        self.init(
            file: file, cases: profile.cases, splits: profile.bySplit, languages: profile.byLanguage,
            groups: profile.byGroup, difficulties: profile.byDifficulty, assertions: profile.byKind,
            withReference: profile.withReference, withBadAnswers: profile.withBadAnswers,
            promptCharacters: .init(
                p5: profile.promptCharacters.low, median: profile.promptCharacters.median,
                p95: profile.promptCharacters.high),
            duplicates: profile.duplicates.map { Pair(first: $0.first, second: $0.second, share: 1) },
            nearDuplicates: profile.nearDuplicates.map { Pair(first: $0.first, second: $0.second, share: $0.share) },
            nearDuplicateShare: profile.cases == 0
                ? 0
                : Double(Set((profile.nearDuplicates.map(\.second)) + profile.duplicates.map(\.second)).count)
                    / Double(profile.cases))
    }
}

extension DatasetStatsDocument.Results {
    package init(_ found: CaseDiscrimination, models: [ArmID]) {
        let compared = Double(found.compared)
        self.init(
            models: models, compared: found.compared,
            solvedByAll: found.compared > 0 ? Double(found.solvedByAll) / compared : nil,
            solvedByNone: found.compared > 0 ? Double(found.solvedByNone) / compared : nil,
            items: found.items.map {
                .init(
                    caseID: $0.caseID, models: $0.arms, mean: $0.mean, discrimination: $0.correlation,
                    low: $0.interval?.low, high: $0.interval?.high)
            },
            freshGaps: found.gaps.map {
                .init(
                    model: $0.arm, fixed: $0.fixed.value, fresh: $0.fresh.value, gap: $0.gap.value,
                    low: $0.gap.interval?.low, high: $0.gap.interval?.high)
            })
    }
}

extension DatasetStatsDocument {
    package init(files: [(file: String, profile: DatasetProfile)], results: Results?) {
        self.init(files: files.map { File($0.profile, file: $0.file) }, results: results)
    }
}
