import Testing

@testable import LLMService

@Suite("Boxed values", .timeLimit(.minutes(2)))
struct BoxedTests {
    private struct Holder: Hashable {
        @Boxed var list = [1]
    }

    @Test("a change of a copy leaves the original as it was, and equal values are equal wherever they are held")
    func values() {
        let original = Holder()
        var copy = original
        #expect(copy == original)
        copy.list.append(2)
        #expect(original.list == [1] && copy.list == [1, 2] && copy != original)
        copy.list.removeLast()
        #expect(copy == original && copy.hashValue == original.hashValue)
    }
}
