/// Standard normal variables that vary together: the chance that all stay below their marks, without a draw that a seed decides.
///
/// By Genz's transformation (1992): each variable in turn, given those before it, is drawn from the part of its distribution below its mark,
/// and the parts are multiplied, over the points of a fixed lattice. Of thirty variables the chance is off by a thousandth, where four
/// thousand draws leave five.
struct CorrelatedNormals: Sendable {
    /// The lower triangle of a matrix whose product with its transpose is that of the correlations (Cholesky), row by row.
    private let rows: [[Double]]

    var count: Int { rows.count }

    /// - Parameter correlation: Of two of them, the later first.
    init(count: Int, correlation: (Int, Int) -> Double) {
        var rows: [[Double]] = []
        rows.reserveCapacity(count)
        for place in 0..<count {
            var row: [Double] = []
            row.reserveCapacity(place + 1)
            for earlier in 0..<place {
                // The row ends where the sum does.
                let rest = correlation(place, earlier) - InnerProduct.of(row, rows[earlier])
                row.append(rest / rows[earlier][earlier])
            }
            // What those before it decide keeps a little of its own: else nothing could be divided by it.
            let own = 1 - InnerProduct.of(row, row)
            row.append(max(own, 1e-8).squareRoot())
            rows.append(row)
        }
        self.rows = rows
    }

    private static let points = 512
    /// After so many points the chance is off by a hundredth at most.
    private static let rough = (points: 128, error: 0.03)

    /// The chance that each is below its mark; those whose marks are low are best put first.
    ///
    /// - Parameters:
    ///   - marks: As many as there are variables.
    ///   - asked: Where a quarter of the points tell that the chance is far from this, the others are saved.
    func chanceBelow(_ marks: [Double], asked: Double? = nil) -> Double {
        guard let first = marks.first, marks.count == count else { return 1 }
        let part = Normal.cumulative(first)
        guard count > 1 else { return part }
        var lattice = LatticePoints(dimensions: count - 1)
        var drawn = [Double](repeating: 0, count: count)
        var sum = 0.0
        for point in 0..<Self.points {
            if point == Self.rough.points, let asked {
                let chance = sum / Double(point)
                if (chance - asked).magnitude > Self.rough.error { return chance }
            }
            lattice.advance()
            var (product, own) = (part, part)
            for place in 1..<count {
                drawn[place - 1] = Normal.nearQuantile(lattice.point[place - 1] * own)
                let row = rows[place]
                drawn[place] = 0
                let given = InnerProduct.of(row, drawn)
                own = Normal.cumulative((marks[place] - given) / row[place])
                product *= own
                guard product > 1e-12 else { break }
            }
            sum += product
        }
        return sum / Double(Self.points)
    }

    /// Rows of so many values, one row a variable: as draws would be, but of a fixed lattice.
    func sample(_ size: Int) -> [[Float]] {
        var lattice = LatticePoints(dimensions: count)
        var sample = rows.map { _ in [Float](repeating: 0, count: size) }
        var drawn = [Double](repeating: 0, count: count)
        for point in 0..<size {
            lattice.advance()
            for place in drawn.indices { drawn[place] = Normal.nearQuantile(lattice.point[place]) }
            for place in drawn.indices {
                // The row ends where the sum does.
                sample[place][point] = Float(InnerProduct.of(rows[place], drawn))
            }
        }
        return sample
    }
}

/// Points that fill the unit cube evenly, one after the other: multiples of the square roots of primes (Richtmyer, 1951), folded so that
/// what is summed over them has no edge.
private struct LatticePoints {
    private let steps: [Double]
    private var places: [Double]
    private(set) var point: [Double]

    init(dimensions: Int) {
        steps = Self.primes(dimensions).map { Double($0).squareRoot() }.map { $0 - $0.rounded(.down) }
        places = Array(repeating: 0, count: dimensions)
        point = places
    }

    mutating func advance() {
        for dimension in steps.indices {
            var place = places[dimension] + steps[dimension]
            if place >= 1 { place -= 1 }
            places[dimension] = place
            // Never 0, which has no quantile.
            point[dimension] = min(max((2 * place - 1).magnitude, 1e-9), 1 - 1e-9)
        }
    }

    private static func primes(_ count: Int) -> [Int] {
        var primes: [Int] = []
        var next = 2
        while primes.count < count {
            if !primes.contains(where: { $0 * $0 <= next && next.isMultiple(of: $0) }) { primes.append(next) }
            next += 1
        }
        return primes
    }
}

/// Sums of products, in four sums that do not wait for each other: the same bits however often they are made.
enum InnerProduct {
    static func of(_ left: [Double], _ right: [Double]) -> Double {
        left.withUnsafeBufferPointer { left in right.withUnsafeBufferPointer { of(left, $0) } }
    }

    static func of(_ left: UnsafeBufferPointer<Double>, _ right: UnsafeBufferPointer<Double>) -> Double {
        var sums = SIMD4<Double>.zero
        let count = min(left.count, right.count)
        let (whole, size) = (count & ~3, MemoryLayout<Double>.stride)
        let (first, second) = (UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
        for place in stride(from: 0, to: whole * size, by: 4 * size) {
            sums +=
                first.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
                * second.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
        }
        var sum = sums.sum()
        for place in whole..<count { sum += left[place] * right[place] }
        return sum
    }
}
