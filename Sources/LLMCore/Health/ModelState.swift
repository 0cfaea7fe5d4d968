/// The learnt state of one model of a provider; `nil` parts were never needed.
public struct ModelState: Sendable, Hashable {
    public var breaker: BreakerState?
    /// Of a local model.
    public var loadTime: LoadTimeState?

    public init(breaker: BreakerState? = nil, loadTime: LoadTimeState? = nil) {
        self.breaker = breaker
        self.loadTime = loadTime
    }
}

/// The observed load times of a local model. Instants in microseconds since 1970.
public struct LoadTimeState: Sendable, Hashable, Codable {
    static let kept = 5

    /// Milliseconds of the latest loads, the newest last.
    public private(set) var milliseconds: [Double]
    public private(set) var lastAt: Int64?

    public init() { milliseconds = [] }

    /// The expected load time: the median of the latest; `nil` when none was seen.
    public var expected: Duration? {
        guard !milliseconds.isEmpty else { return nil }
        return .milliseconds(milliseconds.sorted()[milliseconds.count / 2])
    }

    public mutating func record(_ duration: Duration, at wallMicroseconds: Int64) {
        milliseconds = (milliseconds + [duration.milliseconds]).suffix(LoadTimeState.kept)
        lastAt = wallMicroseconds
    }
}
