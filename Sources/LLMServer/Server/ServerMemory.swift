#if canImport(Glibc)
    import Glibc
#endif
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The memory of a process that serves for months.
package enum ServerMemory {
    /// Allows no more heaps than there are processors; called before there are threads.
    ///
    /// The C library of Linux keeps up to eight a processor, and tasks that wander between threads leave each of them full of holes:
    /// a server that held 87 MB with two heaps grew to 150 MB within a hundred thousand requests. `MALLOC_ARENA_MAX` goes first.
    package static func limitHeaps() {
        #if canImport(Glibc)
            guard ProcessInfo.processInfo.environment["MALLOC_ARENA_MAX"] == nil, let symbol = dlsym(nil, "mallopt")
            else { return }
            typealias Mallopt = @convention(c) (CInt, CInt) -> CInt
            let arenaMax: CInt = -8
            _ = unsafeBitCast(symbol, to: Mallopt.self)(
                arenaMax, CInt(max(1, ProcessInfo.processInfo.activeProcessorCount)))
        #endif
    }

    /// Gives memory that is free back to the system whenever the server comes to rest, until it is cancelled: the C library keeps all that a
    /// burst of requests needed. Under load nothing is looked for.
    static func giveBack(afterRestOf pause: Duration = .seconds(5), requests: @Sendable () -> Int) async {
        var rest = ServerRest()
        while (try? await Task.sleep(for: pause)) != nil {
            if rest.begins(requests: requests()) { trim() }
        }
    }

    private static func trim() {
        #if canImport(Glibc)
            guard let symbol = dlsym(nil, "malloc_trim") else { return }
            typealias Trim = @convention(c) (Int) -> CInt
            _ = unsafeBitCast(symbol, to: Trim.self)(0)
        #endif
    }
}

/// The rest of a server, seen by the number of its requests so far, read from time to time.
struct ServerRest: Sendable {
    private var last = 0
    private var isResting = true

    /// Returns `true` once after requests have come, at the first reading that counts no more of them.
    mutating func begins(requests: Int) -> Bool {
        defer { last = requests }
        guard requests == last else {
            isResting = false
            return false
        }
        defer { isResting = true }
        return !isResting
    }
}
