import Foundation
import Testing

@testable import LLMCore

@Suite("Numbers that are the same on every machine", .timeLimit(.minutes(1)))
struct PortableTests {
    @Test("logarithm and exponential are those of the C library to within a unit in the last place")
    func besideTheLibrary() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<20_000 {
            let share = random.unit()
            let large = (share - 0.5) * 1_400
            for x in [share, 1 + share * 1e-6, share * 1e300, share * 1e-300] {
                #expect(abs(Portable.ln(x) - log(x)) <= log(x).ulp, "\(x)")
            }
            for x in [share - 0.5, large] {
                #expect(abs(Portable.exponential(x) - exp(x)) <= 2 * exp(x).ulp, "\(x)")
            }
        }
    }

    @Test("at the edges they are what they should be")
    func edges() {
        #expect(Portable.ln(1) == 0 && Portable.ln(0) == -.infinity && Portable.ln(-1).isNaN)
        #expect(Portable.ln(.infinity) == .infinity && Portable.ln(.nan).isNaN)
        #expect(abs(Portable.ln(.leastNonzeroMagnitude) - log(.leastNonzeroMagnitude)) < 1e-12)
        #expect(Portable.exponential(0) == 1 && Portable.exponential(1_000) == .infinity)
        #expect(Portable.exponential(-1_000) == 0 && Portable.exponential(.nan).isNaN)
        #expect(abs(Portable.exponential(705) / exp(705) - 1) < 1e-15)
    }

    @Test("known bits: another machine or compiler that gives others would not verify our tables")
    func knownBits() {
        #expect(Portable.ln(0.3) == -0x1.34378fcbda721p+0)
        #expect(Portable.exponential(-1.25) == 0x1.25618372a584fp-2)
        var random = SeededGenerator(seed: 1)
        let drawn = (0..<4).map { _ in random.exponential() }
        #expect(drawn == Self.firstDraws, "\(drawn.map { String(format: "%a", $0) })")
    }

    private static let firstDraws: [Double] = [
        0x1.1072fc8850543p-1, 0x1.7f2a6384d381ep+0, 0x1.0a55a763a8d9fp+1, 0x1.18e85c9e526efp+1,
    ]

    /// The share above each of these differs from e^(-x) by no more than five standard errors.
    @Test("a row of exponential numbers is what they are one by one, tail and edges included")
    func exponentialRow() {
        var (one, other) = (SeededGenerator(seed: 9), SeededGenerator(seed: 9))
        var row = [Double](repeating: 0, count: 100_000)
        row.withUnsafeMutableBufferPointer { one.exponentials(into: $0) }
        #expect(row == row.map { _ in other.exponential() } && row.contains { $0 > 7.7 })
        #expect(one.next() == other.next())
    }

    @Test("exponential numbers have the exponential distribution, tail included")
    func exponential() {
        var random = SeededGenerator(seed: 7)
        let count = 400_000
        let values = (0..<count).map { _ in random.exponential() }
        for x in [0.01, 0.1, 0.5, 1, 2, 4, 6, 7.6, 7.8, 9] {
            let expected = Double(count) * exp(-x)
            let found = Double(values.count { $0 > x })
            #expect(abs(found - expected) <= 5 * expected.squareRoot(), "\(x): \(found) of \(expected)")
        }
        #expect(values.allSatisfy { $0 > 0 })
    }
}
