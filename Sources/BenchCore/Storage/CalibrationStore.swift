public import LLMCore

/// The port for calibrations of judge models.
public protocol CalibrationStore: Sendable {
    func save(_ calibration: JudgeCalibration) async throws
    /// The newest of a judge, of the simulator or of real providers; `nil` when it was never calibrated.
    func calibration(of judge: ModelID, simulated: Bool) async throws -> JudgeCalibration?
}
