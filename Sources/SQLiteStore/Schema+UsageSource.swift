extension Schema {
    /// Version 8: who counted the tokens of an answer. A rate over tokens is one of tokens of one origin, and of none that are estimated.
    static let usageSource = """
        DROP VIEW arm_metrics;

        ALTER TABLE attempts ADD COLUMN usage_source TEXT; -- reported, counted, estimated; NULL: unknown, or older and reported
        ALTER TABLE trials ADD COLUMN usage_source TEXT;

        \(views(
            measured: "t.reused_call IS NULL",
            uninterrupted: "NOT EXISTS (SELECT 1 FROM runs WHERE id = run_id AND environment -> '$.resumed' IS NOT NULL)",
            countable: oneSource))
        """

    private static let oneSource = """
        count(DISTINCT coalesce(usage_source, 'reported')) FILTER (WHERE outcome = 'ok' AND output_tokens NOTNULL) < 2 \
        AND NOT sum(usage_source IS 'estimated')
        """
}
