import LLMCore
import Testing

@testable import LLMService

@Suite("The list of what was used lately", .timeLimit(.minutes(2)))
struct RecencyListTests {
    @Test("the least recently used goes first, whole entries until the new one fits")
    func order() {
        var list = RecencyList<String, Int>(capacity: 10)
        for (number, key) in ["a", "b", "c"].enumerated() { list.insert(number, for: key, weight: 3) }
        #expect(list.use("a") == 0)
        list.insert(3, for: "d", weight: 4)
        #expect(list.use("b") == nil && list.use("a") == 0 && list.use("c") == 2 && list.use("d") == 3)
        #expect(list.weight == 10 && list.count == 3)
        list.insert(4, for: "e", weight: 10)
        #expect(list.count == 1 && list.use("e") == 4)
    }

    @Test("what alone outweighs the capacity is not kept, and takes its earlier value with it")
    func tooHeavy() {
        var list = RecencyList<String, Int>(capacity: 10)
        list.insert(1, for: "a", weight: 1)
        list.insert(2, for: "b", weight: 2)
        list.insert(3, for: "b", weight: 11)
        #expect(list.use("b") == nil && list.use("a") == 1 && list.weight == 1)
    }

    @Test("it does what a plain list does", arguments: 0..<8)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var list = RecencyList<Int, Int>(capacity: 50)
        // The most recently used last.
        var plain: [(key: Int, value: Int, weight: Int)] = []
        for step in 0..<2_000 {
            let key = Int.random(in: 0..<20, using: &random)
            let place = plain.firstIndex { $0.key == key }
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let weight = Int.random(in: 1...20, using: &random)
                list.insert(step, for: key, weight: weight)
                if let place { plain.remove(at: place) }
                while plain.reduce(weight, { $0 + $1.weight }) > 50 { plain.removeFirst() }
                plain.append((key, step, weight))
            case 5..<9:
                #expect(list.use(key) == place.map { plain[$0].value })
                if let place { plain.append(plain.remove(at: place)) }
            default:
                list.remove(key)
                if let place { plain.remove(at: place) }
            }
            #expect(list.count == plain.count && list.weight == plain.reduce(0) { $0 + $1.weight })
        }
    }
}
