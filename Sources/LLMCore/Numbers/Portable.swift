/// Logarithm and exponential from additions, multiplications and divisions alone, whose results IEEE 754 fixes: the same bits on every
/// machine, where those of C libraries differ in the last. Whoever verifies a table derives it again elsewhere.
package enum Portable {
    /// ln 2 in two parts, of which the first has few enough digits that its product with an exponent is exact.
    private static let high = 0x1.62e42feep-1
    private static let low = 0x1.a39ef35793c76p-33

    /// The natural logarithm of `x`, to within a unit in the last place.
    ///
    /// By ln((1 + s)/(1 − s)) = 2(s + s³/3 + s⁵/5 + …), where s is at most 0.172.
    package static func ln(_ x: Double) -> Double {
        guard x.isNormal, x > 0 else { return unusualLn(x) }
        let bits = x.bitPattern
        var exponent = Int64(bits >> 52) - 1_023
        var mantissa = Double(bitPattern: bits & 0xF_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
        if mantissa > 1.4142135623730951 {
            mantissa *= 0.5
            exponent += 1
        }
        let f = mantissa - 1
        let s = f / (2 + f)
        let z = s * s
        var series = 1.0 / 23
        series = series * z + 1.0 / 21
        series = series * z + 1.0 / 19
        series = series * z + 1.0 / 17
        series = series * z + 1.0 / 15
        series = series * z + 1.0 / 13
        series = series * z + 1.0 / 11
        series = series * z + 1.0 / 9
        series = series * z + 1.0 / 7
        series = series * z + 1.0 / 5
        series = series * z + 1.0 / 3
        // 2s = f − s·f: what f leaves is small, so that nothing is lost where x is near 1.
        let rest = 2 * s * z * series - s * f
        let power = Double(exponent)
        return power * high + (f + (rest + power * low))
    }

    private static func unusualLn(_ x: Double) -> Double {
        if x == 0 { return -.infinity }
        guard x > 0 else { return .nan }
        return x.isFinite ? ln(x * 0x1p60) - 60 * (high + low) : x
    }

    /// e to the power of `x`, to within a unit in the last place.
    package static func exponential(_ x: Double) -> Double {
        guard x.magnitude < 700 else {
            if x.isNaN { return x }
            guard x < 709.782712893384 else { return .infinity }
            return x < -745.2 ? 0 : split(x)
        }
        let power = (x * 1.4426950408889634).rounded()
        let r = (x - power * high) - power * low
        var series = 1.0
        for order in stride(from: 14.0, through: 1, by: -1) { series = 1 + series * r / order }
        return series * Double(sign: .plus, exponent: Int(power), significand: 1)
    }

    private static func split(_ x: Double) -> Double {
        let half = exponential(x / 2)
        return half * half
    }
}
