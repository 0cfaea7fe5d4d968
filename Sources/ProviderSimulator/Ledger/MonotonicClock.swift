#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// CLOCK_MONOTONIC in nanoseconds: the one clock that two processes of a machine share.
enum MonotonicClock {
    static var nanoseconds: UInt64 {
        var reading = timespec()
        clock_gettime(CLOCK_MONOTONIC, &reading)
        return UInt64(reading.tv_sec) * 1_000_000_000 + UInt64(reading.tv_nsec)
    }
}
