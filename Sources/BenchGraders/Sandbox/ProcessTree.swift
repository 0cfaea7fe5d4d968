#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The processes of a running sandbox as `/proc` shows them from outside.
struct ProcessTree: Sendable {
    /// `bwrap`, whose only child is the first process of the sandbox.
    let root: Int32
    var read: @Sendable (_ path: String) -> String? = { FileText.read($0) }

    private static let mostProcesses = 1_024

    /// Bytes of memory that the processes hold of their own: what they allocated and share, not the files of their programs.
    var memory: Int {
        var sum = 0
        var open = children(of: root)
        var seen = 0
        while let process = open.popLast(), seen < Self.mostProcesses {
            seen += 1
            sum += read("/proc/\(process)/status").map(Self.memory) ?? 0
            open += children(of: process)
        }
        return sum
    }

    /// Kills the first process of the sandbox, and with it all others; `bwrap` then ends by itself.
    ///
    /// - Returns: `false` when none was found.
    func killFirst() -> Bool {
        let first = children(of: root)
        for process in first { kill(process, SIGKILL) }
        return !first.isEmpty
    }

    private func children(of process: Int32) -> [Int32] {
        // `bwrap` has one thread, and so has whoever started a program from a shell; others fork from any of theirs.
        guard let list = read("/proc/\(process)/task/\(process)/children") else { return [] }
        return list.split(separator: " ").compactMap { Int32($0) }
    }

    private static func memory(_ status: String) -> Int {
        ["RssAnon:", "RssShmem:"].reduce(0) { $0 + (kilobytes(of: $1, in: status) ?? 0) << 10 }
    }

    /// `true` when the machine is about to run out of memory.
    static func isMachineFull(_ memoryInformation: String) -> Bool {
        guard let all = kilobytes(of: "MemTotal:", in: memoryInformation),
            let free = kilobytes(of: "MemAvailable:", in: memoryInformation)
        else { return false }
        return free < all / 50
    }

    private static func kilobytes(of key: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix(key) {
            return line.dropFirst(key.count).split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
        }
        return nil
    }
}
