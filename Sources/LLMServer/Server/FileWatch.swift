#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A watch over files, by a look at them at an interval: a change of one calls for what depends on it.
struct FileWatch: Sendable {
    /// Files that one thing depends on.
    struct Group: Sendable {
        /// Asked at each look, as the files may become others.
        var paths: @Sendable () -> [String]
        var changed: @Sendable () async -> Void
    }

    /// The time between two looks.
    static let interval = Duration.seconds(1)

    private let groups: [Group]
    /// From when the watch was made: a change before it runs is seen.
    private let first: [[String]]

    init(_ groups: [Group]) {
        self.groups = groups
        first = groups.map { Self.stamps($0.paths()) }
    }

    /// Watches until it is cancelled.
    func run() async {
        var known = first
        while (try? await Task.sleep(for: Self.interval)) != nil {
            for (index, group) in groups.enumerated() {
                let stamps = Self.stamps(group.paths())
                guard stamps != known[index] else { continue }
                // Taken before the files are read: what changes meanwhile is seen at the next look.
                known[index] = stamps
                await group.changed()
            }
        }
    }

    /// A value for each file that changes when it does.
    private static func stamps(_ paths: [String]) -> [String] {
        paths.map { path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            // A date as text has no fractions of a second.
            let changed = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(path) \(changed) \(attributes?[.size] ?? "") \(attributes?[.systemFileNumber] ?? "")"
        }
    }
}
