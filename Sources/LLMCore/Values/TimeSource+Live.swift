#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension TimeSource {
    /// The machine's clocks.
    public static let live = TimeSource(
        now: { .now },
        wallMicroseconds: { Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()) },
        sleep: { try await Task.sleep(until: $0, clock: .continuous) })
}
