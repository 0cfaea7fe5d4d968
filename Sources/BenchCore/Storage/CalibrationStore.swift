public import LLMCore

/// The port for calibrations of judge models.
public protocol CalibrationStore: Sendable {
    func save(_ calibration: JudgeCalibration) async throws
    /// The newest of a judge, of the simulator or of real providers; `nil` when it was never calibrated.
    func calibration(of judge: ModelID, simulated: Bool) async throws -> JudgeCalibration?
    /// The money that calibrations have cost, those that ended early too, by judge: no run counts it.
    func calibrationSpending() async throws -> [CalibrationSpending]
}

/// The money that calibrations of one judge have cost.
public struct CalibrationSpending: Sendable, Hashable {
    public var judge: ModelID
    public var simulated: Bool
    public var calls: Int
    /// Known costs.
    public var cost: USD
    /// Worst cases of calls whose cost is unknown.
    public var assumed: USD

    public init(judge: ModelID, simulated: Bool, calls: Int, cost: USD, assumed: USD = .zero) {
        self.judge = judge
        self.simulated = simulated
        self.calls = calls
        self.cost = cost
        self.assumed = assumed
    }
}
