/// When a closed safety lock lets one live call through, to see whether a cloud serves again before its limit is said to end.
public struct LockPolicy: Sendable, Hashable {
    /// Closed for so long, the first goes; the wait doubles with each that fails up to the ceiling, give or take a fifth.
    public var probeBase: Duration
    public var probeCeiling: Duration

    public init(probeBase: Duration = .seconds(60), probeCeiling: Duration = .seconds(900)) {
        self.probeBase = probeBase
        self.probeCeiling = probeCeiling
    }

    /// Microseconds to wait after so many probes failed.
    ///
    /// - Parameter draw: Uniform in 0 to 1; spreads processes apart.
    func wait(failed: Int, draw: Double) -> Int64 {
        // Beyond 2^20 the ceiling has long been reached; a shift further would overflow.
        let doubled = probeBase.microseconds << Int64(min(max(failed, 0), 20))
        return Int64(Double(min(doubled, probeCeiling.microseconds)) * (0.8 + 0.4 * draw))
    }
}
