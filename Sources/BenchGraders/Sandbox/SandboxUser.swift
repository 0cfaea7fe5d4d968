/// The choice of the user, outside the sandbox's own user namespace, that a sandbox runs as.
///
/// A user of this machine runs it as itself. Root does not: the kernel's limit of processes does not bind it, whatever it is called
/// within a namespace, so that each sandbox gets an id of its own from a range that nobody has.
enum SandboxUser: Sendable, Hashable {
    /// Runs as whoever we are.
    case own
    /// Root: any of these ids.
    case oneOf(Range<UInt32>)
    /// Root, and there is no id to become.
    case none

    /// Ranges that neither Debian nor systemd gives to anyone, best first. The second is for containers with 65,536 ids.
    static let ranges: [Range<UInt32>] = [90_000..<98_192, 65_000..<65_500]

    /// - Parameters:
    ///   - user: Our effective id.
    ///   - map: The lines of `/proc/self/uid_map`: first id here, first id outside, count.
    init(user: UInt32, map: String) {
        let rows = map.split(separator: "\n").map { $0.split(separator: " ").compactMap { UInt64($0) } }
            .filter { $0.count == 3 }
        let isMapped = { (range: Range<UInt32>) in
            rows.contains { $0[0] <= range.lowerBound && UInt64(range.upperBound) <= $0[0] + $0[2] }
        }
        let isRootOutside = rows.contains { $0[0] == 0 && $0[1] == 0 }
        if user != 0 {
            self = .own
        } else if let range = Self.ranges.first(where: isMapped) {
            self = .oneOf(range)
        } else {
            // Root of a container of one user is an ordinary user to the kernel.
            self = isRootOutside || rows.isEmpty ? .none : .own
        }
    }

    /// An id for one sandbox: another each time, so that those side by side do not share their limits.
    static func id(in range: Range<UInt32>, process: Int32, serial: Int) -> UInt32 {
        let offset = (UInt64(UInt32(bitPattern: process)) &* 64 &+ UInt64(serial)) % UInt64(range.count)
        return range.lowerBound + UInt32(offset)
    }
}
