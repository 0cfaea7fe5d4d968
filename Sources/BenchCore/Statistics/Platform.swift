#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The few functions of the C library that the statistics need; the standard library has square roots only.
enum Platform {
    /// The natural logarithm.
    static func ln(_ x: Double) -> Double { log(x) }
    static func exponential(_ x: Double) -> Double { exp(x) }
    static func cosine(_ x: Double) -> Double { cos(x) }
    /// 1 − erf(x).
    static func complementaryError(_ x: Double) -> Double { erfc(x) }
}
