import LLMCore

/// Reasoning that a server leaves in front of the answer it belongs to, between marks: `<think>…</think>`.
///
/// An engine that does not know its model's marks sends it as text. It is no part of what is graded: it holds drafts, and the letters and
/// numbers that were rejected.
enum InlineReasoning {
    /// As models write them, in small letters.
    private static let marks: [(opening: String, closing: String)] =
        ["think", "thinking", "thought", "reasoning", "reason"].map { ("<\($0)>", "</\($0)>") } + [
            ("[think]", "[/think]"), ("◁think▷", "◁/think▷"), ("<|start_thinking|>", "<|end_thinking|>"),
            ("<|channel|>analysis", "<|channel|>final<|message|>"),
        ]
    /// Of these the opening may be part of the prompt, so that the answer has the closing one alone.
    private static let headless = ["</think>", "</thinking>"]

    /// A text cut into its reasoning and what stands behind it.
    struct Reading {
        /// Empty where the reasoning never ended.
        var rest: String
        /// The marks that it was told by.
        var marks: [String]
    }

    /// - Returns: `nil` for a text without reasoning in front.
    static func read(_ text: String) -> Reading? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "[") || $0 > 0x7F }) else {
            return nil
        }
        var bytes = Array(text.utf8)[...]
        var found: [String] = []
        while let mark = marks.first(where: { begins(bytes, with: $0.opening) }) {
            found += [mark.opening, mark.closing]
            guard let end = end(of: mark.closing, in: bytes) else { return Reading(rest: "", marks: found) }
            bytes = bytes[end...]
        }
        if found.isEmpty {
            // Within JSON it is data.
            guard !begins(bytes, with: "{"), !begins(bytes, with: "\""),
                let closing = headless.first(where: { end(of: $0, in: bytes) != nil }),
                let end = end(of: closing, in: bytes)
            else { return nil }
            let head = bytes[..<end]
            guard self.end(of: closing.replacing("/", with: ""), in: head) == nil else { return nil }
            found = [closing]
            bytes = bytes[end...]
        }
        while let closing = headless.first(where: { begins(bytes, with: $0) }), let end = end(of: closing, in: bytes) {
            bytes = bytes[end...]
        }
        return Reading(rest: String(decoding: bytes, as: UTF8.self).trimmedText, marks: found)
    }

    /// White space and letter case aside.
    private static func begins(_ bytes: ArraySlice<UInt8>, with mark: String) -> Bool {
        matches(bytes.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }, mark.utf8)
    }

    private static func end(of mark: String, in bytes: ArraySlice<UInt8>) -> Int? {
        let mark = Array(mark.utf8)
        var place = bytes.startIndex
        while let start = bytes[place...].firstIndex(of: mark[0]) {
            if matches(bytes[start...], mark) { return start + mark.count }
            place = start + 1
        }
        return nil
    }

    private static func matches(_ bytes: ArraySlice<UInt8>, _ mark: some Collection<UInt8>) -> Bool {
        bytes.count >= mark.count
            && zip(bytes, mark).allSatisfy { $0 == $1 || (0x41...0x5A).contains($0) && $0 | 0x20 == $1 }
    }
}

extension GradedAnswer {
    /// The answer as a row's assertions look at it: without inline reasoning, unless the row itself speaks of its marks.
    func read(for benchCase: BenchCase) -> GradedAnswer {
        guard let reading = InlineReasoning.read(text) else { return self }
        let row = JSONValue.object(benchCase.judgedObject).text.lowercased().replacing("\\/", with: "/")
        guard !reading.marks.contains(where: row.contains) else { return self }
        var answer = self
        answer.text = reading.rest
        return answer
    }
}
