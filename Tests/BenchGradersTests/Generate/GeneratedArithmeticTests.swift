import LLMCore
import Testing

@testable import BenchGraders

/// Availability, capacity, quorums and partitions, by trying all states or counting up.
@Suite("Generated arithmetic against brute force", .timeLimit(.minutes(5)))
struct GeneratedArithmeticTests {
    /// The probability that `isUp` holds, over all states of parts that are up with these probabilities.
    private static func probability(_ parts: [Double], _ isUp: ([Bool]) -> Bool) -> Double {
        (0..<(1 << parts.count)).reduce(0) { sum, code in
            let state = parts.indices.map { code >> $0 & 1 == 1 }
            guard isUp(state) else { return sum }
            return sum + zip(parts, state).reduce(1) { $0 * ($1.1 ? $1.0 : 1 - $1.0) }
        }
    }

    @Test("availabilities are sums over all states")
    func availabilities() throws {
        for fixture in DraftFixture.hundred(AvailabilityGenerator.self, levels: 1...5) {
            var percents = fixture.prompt.matches(of: /([\d.]+) %/).compactMap { Double($0.output.1) }
            let chain = fixture.numbers[0]
            if let tier = fixture.prompt.firstMatch(of: /a tier of (\d+) equal/) {
                percents += Array(repeating: percents[chain], count: (Int(tier.output.1) ?? 1) - 1)
            }
            let up = Self.probability(percents.map { $0 / 100 }) { state in
                state.prefix(chain).allSatisfy(\.self)
                    && (state.count == chain || state.dropFirst(chain).contains(true))
            }
            fixture.expect(up * 100, within: 0.000_5 + 1e-9)
        }
    }

    @Test("capacities are found by adding instance after instance")
    func capacities() throws {
        for fixture in DraftFixture.hundred(CapacityGenerator.self, levels: 1...5) {
            let n = fixture.numbers
            func least(_ isEnough: (Int) -> Bool) -> Int { (1...1_000_000).first(where: isEnough) ?? 0 }
            switch fixture.level {
            case 1: fixture.expect(least { $0 * n[1] >= n[0] })
            case 2: fixture.expect(least { $0 * n[1] * n[2] >= n[0] * 100 })
            case 3: fixture.expect(least { $0 * n[2] * 1_000 >= n[0] * n[1] })
            case 4:
                fixture.expect(least { $0.isMultiple(of: n[3]) && ($0 - $0 / n[3]) * n[1] * n[2] >= n[0] * 100 })
            default:
                var (load, months) = (Double(n[0]), 0)
                while load <= Double(n[2] * n[3]) {
                    (load, months) = (load * (1 + Double(n[1]) / 100), months + 1)
                }
                fixture.expect(months)
            }
        }
    }

    @Test("quorums are found by trying")
    func quorums() throws {
        for fixture in DraftFixture.hundred(QuorumGenerator.self, levels: 1...5) {
            let n = fixture.numbers
            switch fixture.level {
            case 1: fixture.expect(try #require((0...n[0]).last { (n[0] - $0) * 2 > n[0] }))
            case 2, 3:
                let shared =
                    fixture.prompt.firstMatch(of: /at least (\d+) replicas of/).flatMap { Int($0.output.1) } ?? 1
                // The worst case: a read asks all that missed the write first.
                let read = try #require((1...n[0]).first { max(0, $0 - (n[0] - n[1])) >= shared })
                fixture.expect(
                    fixture.level == 2 ? read : try #require((0...n[0]).last { n[0] - $0 >= n[1] && n[0] - $0 >= read })
                )
            default:
                let parts = Array(repeating: Double(n[1]) / 100, count: n[0])
                let up = Self.probability(parts) { $0.count { $0 } >= n[2] }
                fixture.expect(up * 100, within: 0.000_05 + 1e-9)
            }
        }
    }

    @Test("partitions are counted one by one")
    func partitions() throws {
        for fixture in DraftFixture.hundred(PartitionGenerator.self, levels: 1...5) {
            let n = fixture.numbers
            switch fixture.level {
            case 1: fixture.expect(try #require((1...10_000).first { $0 * n[1] >= n[0] }))
            case 2:
                var loads = Array(repeating: 0, count: n[2])
                for partition in 0..<n[0] { loads[partition % n[2]] += n[1] }
                fixture.expect(loads.max() ?? 0)
            case 3:
                let (old, new) = (n[2], n[3])
                fixture.expect((0...n[1]).filter { $0 % old != $0 % new }.count)
            default:
                let list = { (text: Substring) in text.split(separator: ", ").compactMap { Int($0) } }
                let match = try #require(
                    fixture.prompt.firstMatch(of: /Nodes sit at ([\d, ]+);.*hash to ([\d, ]+)\. Node (\d+)/)
                ).output
                let (nodes, keys, lost) = (Set(list(match.1)), list(match.2), Int(match.3) ?? 0)
                // Walk round the ring, place by place.
                func owner(_ key: Int, without lost: Int?) -> Int {
                    var place = key
                    while !nodes.contains(place) || place == lost { place = (place + 1) % 1_000 }
                    return place
                }
                let heir = owner(lost, without: lost)
                fixture.expect(keys.count { owner($0, without: lost) == heir })
            }
        }
    }
}
