/// A claim about quality as a sum over clusters of cases: its chance and the way in which it varies, both without draws.
///
/// With clusters weighted at random, as the Bayesian bootstrap weights them, and a ``PseudoCase`` in which the claim does not hold.
struct ClaimSum {
    /// Of each cluster, by how much the claim holds in it, and what it weighs, in cases that are independent.
    private let margins: [Double]
    private let weights: [Double]
    /// The shape of the pseudo-case's weight, and by how much the claim does not hold in it.
    private let loss: (shape: Double, coefficient: Double)

    init(margins: [Double], weights: [Double], loss: (shape: Double, coefficient: Double)) {
        self.margins = margins
        self.weights = weights
        self.loss = loss
    }

    /// The chance that it holds.
    var chance: Double { ExponentialSum(coefficients: margins, loss: loss).chanceNotNegative }

    /// The way in which the weighted mean varies with the clusters' weights and, last, with those of the arms' pseudo-cases, as a vector of
    /// length 1: of two claims the inner product is the correlation.
    ///
    /// - Parameters:
    ///   - arm: Whose claim it is, and so whose pseudo-case.
    ///   - arms: As many as there are.
    func direction(of arm: Int, among arms: Int) -> [Double] {
        let total = weights.reduce(0, +) + loss.shape
        let mean = (margins.reduce(0, +) - loss.shape * loss.coefficient) / total
        var direction = [Double](repeating: 0, count: margins.count + arms)
        for cluster in margins.indices { direction[cluster] = margins[cluster] - mean * weights[cluster] }
        direction[margins.count + arm] = -(loss.coefficient + mean) * loss.shape.squareRoot()
        let length = InnerProduct.of(direction, direction).squareRoot()
        guard length > 0 else { return direction }
        for place in direction.indices { direction[place] /= length }
        return direction
    }
}
