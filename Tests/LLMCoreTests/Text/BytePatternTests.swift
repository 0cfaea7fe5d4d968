import LLMCore
import Testing

@Suite("A text in bytes", .timeLimit(.minutes(1)))
struct BytePatternTests {
    @Test(
        "it is found wherever it stands",
        arguments: [
            ("abcab", true), ("xabcab", true), ("abcabx", true), ("abcacabcab", true), ("ababcab", true),
            ("abca", false),
            ("", false), ("abcaabcbcab", false), ("äbcab abcab", true),
        ])
    func found(text: String, isFound: Bool) {
        #expect(BytePattern("abcab").occurs(in: Array(text.utf8)) == isFound)
    }

    @Test("it agrees with a search of every place")
    func agrees() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 97...98, using: &random)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(BytePattern("abba").occurs(in: bytes) == text.contains("abba"), "\(text)")
            #expect(BytePattern("b").occurs(in: bytes) == text.contains("b"), "\(text)")
        }
    }
}
