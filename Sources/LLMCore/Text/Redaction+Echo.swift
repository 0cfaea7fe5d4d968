extension Redaction {
    /// The placeholder of a prompt that a provider's text repeats.
    public static let promptMark = "[prompt]"

    /// `text` without what it repeats of `sources`: every stretch of at least `shortest` bytes becomes ``promptMark``.
    ///
    /// For a provider's words about a question: they are kept where the question is not.
    public static func withoutEchoes(of sources: [String], in text: String, shortest: Int = 20) -> String {
        let bytes = Array(text.utf8)
        var repeated = Array(repeating: false, count: bytes.count)
        for (length, sources) in Dictionary(grouping: sources, by: { min(shortest, $0.utf8.count) }) {
            // A word or two may stand in any sentence.
            guard length >= 8, bytes.count >= length else { continue }
            let found = windows(of: bytes, length)
            let wanted = Set(found)
            var hits: Set<UInt64> = []
            for source in sources {
                for hash in windows(of: Array(source.utf8), length) where wanted.contains(hash) { hits.insert(hash) }
            }
            guard !hits.isEmpty else { continue }
            for (start, hash) in found.enumerated() where hits.contains(hash) {
                for index in start..<start + length { repeated[index] = true }
            }
        }
        return repeated.contains(true) ? marking(bytes, repeated) : text
    }

    private static func marking(_ bytes: [UInt8], _ repeated: [Bool]) -> String {
        var out: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if !repeated[index] {
                out.append(byte)
            } else if index == 0 || !repeated[index - 1] {
                out.append(contentsOf: promptMark.utf8)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// A rolling hash of each stretch of `length` bytes. Two that collide hide a few words too many, and nothing worse.
    private static func windows(of bytes: [UInt8], _ length: Int) -> [UInt64] {
        guard bytes.count >= length else { return [] }
        let base: UInt64 = 0x100_0000_01B3
        let first = (1..<length).reduce(1 as UInt64) { power, _ in power &* base }
        var hash = bytes[..<length].reduce(0 as UInt64) { $0 &* base &+ UInt64($1) &+ 1 }
        var hashes = [hash]
        for index in length..<bytes.count {
            hash = (hash &- (UInt64(bytes[index - length]) &+ 1) &* first) &* base &+ UInt64(bytes[index]) &+ 1
            hashes.append(hash)
        }
        return hashes
    }

    /// `text` with known secrets replaced, whatever their shape, and nothing else touched.
    public static func removing(_ secrets: [APIKey], from text: String) -> String {
        secrets.reduce(text) { text, secret in
            let value = secret.reveal()
            return value.utf8.count >= 4 && text.contains(value) ? text.replacing(value, with: mark) : text
        }
    }
}
