package import LLMCore

/// The parts of an answer's text that graders look for: fenced blocks, what follows a marker, JSON.
package enum AnswerText {
    /// A fenced block of Markdown.
    package struct Fence: Sendable, Hashable {
        /// The first word after the opening fence, in small letters; empty where there is none.
        package var language: String
        /// The lines between the fences, each with its line break.
        package var body: String
    }

    /// Every fenced block in order. One that is never closed reaches to the end: an answer cut at its limit.
    package static func fences(in text: String) -> [Fence] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(FenceLine.init)
        var fences: [Fence] = []
        var place = 0
        while place < lines.count {
            guard let opening = lines[place].opening else {
                place += 1
                continue
            }
            let end = opening.end(in: lines, from: place + 1)
            var body = ""
            // A block within a list is indented as a whole.
            for line in lines[(place + 1)..<max(end, place + 1)] {
                body += line.text.dropFirst(min(line.indent, opening.indent)) + "\n"
            }
            if end == lines.count { body = opening.withoutGluedEnd(body) }
            fences.append(Fence(language: opening.language, body: body))
            place = end + 1
        }
        return fences
    }

    /// The text after the last occurrence of a marker, letter case and Markdown emphasis aside; `nil` where it does not occur.
    package static func afterLast(_ marker: String, in text: String) -> String? {
        let plain = PlainAnswer(text)
        return plain.afterLast(marker).map { String(String.UnicodeScalarView(plain.scalars[$0...])) }
    }

    /// The JSON of an answer: the whole of it, else its last fenced block that is JSON, else the last object in its text, else the
    /// last array. Answers end with their result.
    package static func json(in text: String) -> AnswerJSON? {
        if let whole = AnswerJSON(Array(text.utf8)[...]) { return whole }
        for fence in fences(in: text).reversed() {
            if let json = AnswerJSON(Array(fence.body.utf8)[...]) { return json }
        }
        return embeddedJSON(in: Array(text.utf8))
    }

    /// Each byte may be read this often in attempts that fail: `[[[[…` would otherwise be read once per bracket.
    private static let mostReadings = 64

    private static func embeddedJSON(in bytes: [UInt8]) -> AnswerJSON? {
        var (object, array): (AnswerJSON?, AnswerJSON?)
        var budget = bytes.count * mostReadings + 1_000_000
        var offset = 0
        while budget > 0, let start = bytes[offset...].firstIndex(where: { $0 == 0x7B || $0 == 0x5B }) {
            let (value, end) = JSONValue.scanPrefix(of: bytes, at: start)
            budget -= end - start
            offset = value == nil ? start + 1 : end
            switch value {
            case .object(let members): object = AnswerJSON(.object(members), bytes[start..<end])
            case .array(let items): array = AnswerJSON(.array(items), bytes[start..<end])
            default: continue
            }
        }
        return object ?? array
    }
}

/// A JSON value in an answer, with its text.
package struct AnswerJSON: Sendable {
    package let value: JSONValue
    private let bytes: ArraySlice<UInt8>

    package init(_ value: JSONValue, _ bytes: ArraySlice<UInt8>) { (self.value, self.bytes) = (value, bytes) }

    /// A whole JSON text; `nil` where it is none.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let value = try? JSONValue.parse(bytes) else { return nil }
        self.init(value, bytes)
    }

    /// The reason why it says nothing for certain: readers differ in which of two members of a name they take. `nil` where no object has two.
    package var ambiguity: String? {
        (try? JSONValue.parse(bytes, rejectingDuplicates: true)) == nil
            ? "an object in the JSON has a member twice" : nil
    }
}

extension StringProtocol {
    /// Without white space and invisible characters at both ends.
    package var trimmedText: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isInvisible }),
            let last = scalars.lastIndex(where: { !$0.isInvisible })
        else { return "" }
        return String(String.UnicodeScalarView(scalars[first...last]))
    }
}
