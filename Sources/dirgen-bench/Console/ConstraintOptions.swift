import ArgumentParser
import LLMCore

/// What a selection must keep; what is not given stays as the profile or the table has it.
struct ConstraintOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Accept quality within this share of the best.", valueName: "share"))
    var relativeQuality: Double?

    @Option(help: ArgumentHelp("Least mean quality, from 0 to 1.", valueName: "quality"))
    var minQuality: Double?

    @Option(help: ArgumentHelp("Most that a case may cost on average.", valueName: "usd"))
    var maxCaseCost: USD?

    @Option(
        name: .customLong("max-p95-ms"),
        help: ArgumentHelp("Most milliseconds at the 95th percentile.", valueName: "ms"))
    var maxP95: Double?

    @Option(help: ArgumentHelp("Confidence that all constraints hold.", valueName: "share"))
    var confidence: Double?

    var overrides: SelectionConstraints.Overrides {
        SelectionConstraints.Overrides(
            relativeQuality: relativeQuality, minQuality: minQuality, maxCaseCost: maxCaseCost, maxP95: maxP95,
            confidence: confidence)
    }

    func validate() throws {
        for (name, value) in [
            ("--relative-quality", relativeQuality), ("--min-quality", minQuality), ("--confidence", confidence),
        ] {
            if let value, !(0...1).contains(value) { throw ValidationError("\(name) must be from 0 to 1") }
        }
        if let maxP95, !(maxP95 > 0) { throw ValidationError("--max-p95-ms must be above 0") }
        if let maxCaseCost, maxCaseCost < .zero { throw ValidationError("--max-case-cost must not be negative") }
    }
}
