import ArgumentParser
import LLMCore

/// The options for constraints of a selection; those not given stay as the profile or the table has them.
struct ConstraintOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Accept quality within this share of the best.", valueName: "share"),
        transform: NumberArgument.share)
    var relativeQuality: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Minimum mean quality, from 0 to 1.", valueName: "quality"),
        transform: NumberArgument.share)
    var minQuality: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Maximum mean cost of a case.", valueName: "usd"),
        transform: NumberArgument.dollars)
    var maxCaseCost: USD?

    @Option(
        name: .customLong("max-p95-ms"), parsing: .unconditional,
        help: ArgumentHelp("Maximum response time at the 95th percentile, in ms.", valueName: "ms"),
        transform: NumberArgument.milliseconds)
    var maxP95: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Confidence that all constraints hold.", valueName: "share"),
        transform: NumberArgument.share)
    var confidence: Double?

    var overrides: SelectionConstraints.Overrides {
        SelectionConstraints.Overrides(
            relativeQuality: relativeQuality, minQuality: minQuality, maxCaseCost: maxCaseCost, maxP95: maxP95,
            confidence: confidence)
    }
}
