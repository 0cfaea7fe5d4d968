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
            else {
                return
            }
            typealias Mallopt = @convention(c) (CInt, CInt) -> CInt
            let arenaMax: CInt = -8
            _ = unsafeBitCast(symbol, to: Mallopt.self)(
                arenaMax, CInt(max(1, ProcessInfo.processInfo.activeProcessorCount)))
        #endif
    }
}
