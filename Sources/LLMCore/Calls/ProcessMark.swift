#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A mark that tells a process from every other, also from a later one with its number: runs and calls bear it, so that those of a
/// killed process are known.
package enum ProcessMark {
    /// This process; `null` where the system does not report it.
    package static var current: JSONValue {
        let pid = Int(ProcessInfo.processInfo.processIdentifier)
        guard let started = startOfProcess(pid), let boot else { return .null }
        var mark: JSONObject = ["pid": JSONValue(pid), "started": .string(started), "boot": .string(boot)]
        if let namespace { mark["namespace"] = .string(namespace) }
        return .object(mark)
    }

    /// Returns `true` when the process of a mark has ended; `false` when that is unknown, as on another machine.
    package static func isGone(_ mark: JSONValue?) -> Bool { state(of: mark) ?? false }

    /// The process of a mark has ended; `nil` when that is unknown.
    package static func state(of mark: JSONValue?) -> Bool? {
        guard let mark, let pid = mark["pid"]?.int, let started = mark["started"]?.string, let boot,
            mark["boot"]?.string == boot
        else { return nil }
        // Another container's processes have other numbers here, or none.
        if let theirs = mark["namespace"]?.string, theirs != namespace { return nil }
        return startOfProcess(pid) != started
    }

    /// Names the numbering of processes that this one sees.
    private static var namespace: String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    }

    /// Changes with each start of the machine.
    private static var boot: String? { read("/proc/sys/kernel/random/boot_id") }

    /// Ticks from the machine's start to the process's: the 22nd field, counted after the name, which may hold anything.
    private static func startOfProcess(_ pid: Int) -> String? {
        guard let stat = read("/proc/\(pid)/stat"), let nameEnd = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: nameEnd)...].split(separator: " ")
        // A zombie has ended, whoever has not looked at it yet.
        guard fields.count > 19, fields[0] != "Z" else { return nil }
        return String(fields[19])
    }

    private static func read(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingPrefix { $0.isWhitespace }.split(separator: "\n")
            .first.map(String.init)
    }
}
