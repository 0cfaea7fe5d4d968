import LLMCore

extension Statistics {
    /// The rate at which a judge of known errors says yes, corrected for them (Rogan and Gladen, "Estimating prevalence from the results of
    /// a screening test", 1978): (p + TNR − 1) / (TPR + TNR − 1), held within 0...1.
    ///
    /// The interval is Lang and Reiczigel's ("Confidence limits for prevalence of disease adjusted for estimated sensitivity and
    /// specificity", 2014), which counts the uncertainty of the rate and of both of the judge's.
    ///
    /// - Parameters:
    ///   - n: The judged answers, those that count as one together.
    /// - Returns: `nil` where nothing was judged, or the judge is no better than chance: its verdicts tell nothing then.
    public static func roganGladen(
        rate: Double, of n: Int, truePositives: Int, of positives: Int, trueNegatives: Int, of negatives: Int,
        confidence: Double = defaultConfidence
    ) -> Estimate? {
        guard n > 0, positives > 0, negatives > 0 else { return nil }
        let sensitivity = Double(truePositives) / Double(positives)
        let specificity = Double(trueNegatives) / Double(negatives)
        guard sensitivity + specificity > 1 else { return nil }
        let value = within((rate + specificity - 1) / (sensitivity + specificity - 1))
        let z = Normal.quantile(0.5 + confidence / 2)
        let size = Double(n) + z * z
        let p = (Double(n) * rate + z * z / 2) / size
        let (m1, m0) = (Double(positives) + 2, Double(negatives) + 2)
        let (se, sp) = ((Double(truePositives) + 1) / m1, (Double(trueNegatives) + 1) / m0)
        let skill = se + sp - 1
        guard skill > 0 else { return Estimate(value: value, interval: nil, n: n) }
        let centre = (p + sp - 1) / skill
        let (errorOfSe, errorOfSp) = (se * (1 - se) / m1, sp * (1 - sp) / m0)
        let shift = 2 * z * z * (centre * errorOfSe - (1 - centre) * errorOfSp)
        let spread = p * (1 - p) / size + centre * centre * errorOfSe + (1 - centre) * (1 - centre) * errorOfSp
        let half = z * spread.squareRoot() / skill
        return Estimate(
            value: value,
            interval: Interval(
                low: min(value, within(centre + shift - half)), high: max(value, within(centre + shift + half))), n: n)
    }

    private static func within(_ share: Double) -> Double { min(1, max(0, share)) }
}
