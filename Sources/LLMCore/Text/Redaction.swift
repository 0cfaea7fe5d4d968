/// Takes secrets and control characters out of text that others wrote, before it is logged, stored or shown.
///
/// Two nets: the exact secrets a caller knows, and the shapes that providers give their keys.
package enum Redaction {
    /// The placeholder of a secret.
    package static let mark = "[redacted]"

    /// A provider's words made fit for an error: no keys, no control characters, at most `limit` characters.
    ///
    /// - Parameter secrets: Keys in use, removed wherever they occur and whatever their shape.
    package static func message(_ text: String, limit: Int = 500, secrets: [APIKey] = []) -> String {
        // A hostile body may be megabytes; nothing beyond this can reach the first `limit` characters.
        let head = String(decoding: text.utf8.prefix(16 * limit + 4_096), as: UTF8.self)
        let clean = redact(printable(TerminalText.safe(head)), secrets: secrets)
        return cut(clean, limit: limit)
    }

    /// `text` with known secrets and everything that looks like a key replaced by ``mark``.
    package static func redact(_ text: String, secrets: [APIKey] = []) -> String {
        var text = text
        for secret in secrets.map({ $0.reveal() }) where secret.utf8.count >= 4 {
            text = replacing(secret, in: text)
        }
        var scanner = KeyScanner(bytes: Array(text.utf8))
        return scanner.redacted()
    }

    /// `text` without control characters, bidirectional overrides and other invisible marks; breaks become spaces.
    package static func printable(_ text: String) -> String {
        guard !isPlain(text) else { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: if out.last != " " { out.append(" ") }
            case 0..<0x20, 0x7F..<0xA0: continue
            case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF, 0xE0000...0xE007F: continue
            default: out.append(scalar)
            }
        }
        while out.first == " " { out.removeFirst() }
        while out.last == " " { out.removeLast() }
        return String(out)
    }

    /// ASCII that can be seen, with spaces only inside: nearly every identifier.
    private static func isPlain(_ text: String) -> Bool {
        let space = UInt8(ascii: " ")
        return text.utf8.allSatisfy { space <= $0 && $0 < 0x7F } && text.utf8.first != space && text.utf8.last != space
    }

    /// At most `limit` Unicode scalars of `text`, an ellipsis last when some were left out.
    package static func cut(_ text: String, limit: Int) -> String {
        // Never fewer bytes than scalars, and they need no counting.
        guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(max(0, limit - 1)))) + "…"
    }

    private static func replacing(_ secret: String, in text: String) -> String {
        let needle = Array(secret.utf8)
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == needle[0], bytes[index...].starts(with: needle) {
                out.append(contentsOf: mark.utf8)
                index += needle.count
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

/// Finds keys by shape in one pass over UTF-8.
private struct KeyScanner {
    let bytes: [UInt8]

    /// The prefixes of the vendors' keys and of our own, and whether each may begin inside a word. A shape that could begin an
    /// ordinary word counts at the start of a word only.
    private static let shapes: [(prefix: [UInt8], anywhere: Bool)] = [
        ("sk-", false), ("sk_", false), ("rk_", false), ("pk-", false), ("AIza", true), ("gsk_", true), ("xai-", true),
        ("hf_", false), ("pplx-", true), ("nvapi-", true), ("ghp_", true), ("github_pat_", true), ("ya29.", true),
        ("eyJ", false), ("dckr_pat_", true), ("AKIA", false), ("dgk_", true),
    ].map { (Array($0.0.utf8), $0.1) }
    /// Words after which a value stands that is secret whatever its shape.
    private static let labels: [[UInt8]] = [
        "bearer ", "x-api-key:", "x-goog-api-key:", "api-key:", "apikey=", "api_key=", "key=", "token=",
        "password=", "secret=",
    ].map { Array($0.utf8) }
    private static let shortest = 6
    /// A table of the bytes that begin a shape or a label, so that nearly all bytes of a text are passed over.
    private static let openers: [Bool] = (0...255).map { byte in
        shapes.contains { $0.prefix[0] == byte } || labels.contains { $0[0] == lower(byte) }
    }

    mutating func redacted() -> String {
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if let kept = secret(at: index) {
                out.append(contentsOf: bytes[index..<kept.lowerBound])
                out.append(contentsOf: Redaction.mark.utf8)
                index = kept.upperBound
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes to hide when a secret, or the label before one, begins at `index`.
    private func secret(at index: Int) -> Range<Int>? {
        guard Self.openers[Int(bytes[index])] else { return nil }
        let startsWord = index == 0 || !Self.isKeyByte(bytes[index - 1])
        for shape in Self.shapes where startsWord || shape.anywhere {
            guard bytes[index...].starts(with: shape.prefix) else { continue }
            let end = endOfKey(from: index)
            if end - index >= shape.prefix.count + Self.shortest { return index + shape.prefix.count..<end }
        }
        guard startsWord else { return nil }
        for label in Self.labels where matches(label, at: index) {
            var start = index + label.count
            while start < bytes.count, [0x20, 0x22, 0x27].contains(bytes[start]) { start += 1 }
            let end = endOfKey(from: start)
            if end - start >= Self.shortest { return start..<end }
        }
        return nil
    }

    private func endOfKey(from start: Int) -> Int {
        var end = start
        while end < bytes.count, Self.isKeyByte(bytes[end]) || Self.joins.contains(bytes[end]) { end += 1 }
        return end
    }

    private func matches(_ label: [UInt8], at index: Int) -> Bool {
        guard index + label.count <= bytes.count else { return false }
        return label.indices.allSatisfy { Self.lower(bytes[index + $0]) == label[$0] }
    }

    // A vendor's mask (`sk-proj-****abcd`) still gives characters of the key away.
    private static let joins: Set<UInt8> = Set("*.+/=~".utf8)

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}

extension Redaction {
    /// The placeholder of a prompt that a provider's text repeats.
    package static let promptMark = "[prompt]"

    /// `text` without what it repeats of `sources`: every stretch of at least `shortest` bytes becomes ``promptMark``.
    ///
    /// For a provider's message about a request: it is stored where the prompt is not.
    package static func withoutEchoes(of sources: [String], in text: String, shortest: Int = 20) -> String {
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

    /// Searched by bytes: by characters it takes a hundred times as long, and a mark behind a key would hide it.
    private static func holds(_ secret: String, in text: String) -> Bool {
        guard let first = secret.utf8.first else { return false }
        var rest = text.utf8[...]
        while let place = rest.firstIndex(of: first) {
            rest = rest[place...]
            if rest.starts(with: secret.utf8) { return true }
            rest.removeFirst()
        }
        return false
    }

    /// `text` with known secrets replaced, whatever their shape, and nothing else touched.
    package static func removing(_ secrets: [APIKey], from text: String) -> String {
        secrets.reduce(text) { text, secret in
            let value = secret.reveal()
            // Most texts of an answer are shorter than a key.
            guard (4...max(4, text.utf8.count)).contains(value.utf8.count), holds(value, in: text) else { return text }
            return replacing(value, in: text)
        }
    }
}
