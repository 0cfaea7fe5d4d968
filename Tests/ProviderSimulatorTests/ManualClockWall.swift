import TestSupport

/// Wall clock of the simulators that tests run: they start with the manual clock's.
enum ManualClockWall {
    static let now = ManualClock.wallStart
}
