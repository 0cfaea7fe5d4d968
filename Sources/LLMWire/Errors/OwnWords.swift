import LLMCore

/// A mask over the parts of an error's sentence that are not its provider's own words: quotations, addresses, names of members.
///
/// A refused request is echoed, its schemas and addresses too, and may speak of suspended accounts.
enum OwnWords {
    private static let longest = 8_192
    /// Members that hold a sentence of the provider, wrapped as text in another.
    private static let sayings: Set<String> = [
        "message", "msg", "error", "errors", "detail", "details", "reason", "description", "error_message", "error_msg",
        "errormessage",
    ]

    /// The sentence without those parts; all of it where nothing else would be left.
    static func of(_ text: String) -> String {
        let plain = text.prefix(longest).split(separator: "\\\"", omittingEmptySubsequences: false).joined(
            separator: "\"")
        let own = withoutNames(withoutQuotations(Array(plain)))
        return own.contains(" ") ? own : text
    }

    private static func withoutQuotations(_ text: [Character]) -> String {
        var out = ""
        var place = 0
        var last: (content: String, end: Int)?
        while place < text.count {
            guard let end = quotationEnd(text, place) else {
                out.append(text[place])
                place += 1
                continue
            }
            let content = String(text[(place + 1)..<end])
            let isSaid = last.map { last in
                sayings.contains(last.content.lowercased())
                    && String(text[(last.end + 1)..<place]).filter({ $0 != " " }).allSatisfy { $0 == ":" || $0 == "=" }
            }
            out += isSaid == true ? " \(content) " : " , "
            last = (content, end)
            place = end + 1
        }
        return out
    }

    /// The end of a quotation that begins here; an apostrophe inside a word begins none.
    private static func quotationEnd(_ text: [Character], _ start: Int) -> Int? {
        let closings: [Character: Character] = ["'": "'", "\"": "\"", "`": "`", "“": "”", "‘": "’"]
        guard let closing = closings[text[start]], start == 0 || !isWord(text[start - 1]) else { return nil }
        return text.indices[(start + 1)...].first { place in
            text[place] == closing && (place + 1 == text.count || !isWord(text[place + 1]))
        }
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    private static func withoutNames(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).map { token in
            guard isName(token) else { return String(token) }
            return token.last.map { ".,:;!?".contains($0) ? String($0) : "," } ?? ","
        }.joined(separator: " ")
    }

    /// `https://…`, `get_account_balance`, `tools.0.name`, `properties[country].format`.
    private static func isName(_ token: Substring) -> Bool {
        if token.contains("://") || token.contains("_") { return true }
        let parts = token.split { $0 == "." || $0 == "[" || $0 == "]" }
        let isPath = parts.count > 1 && token.first.map(isWord) == true
        return isPath && (parts.count > 2 || token.contains("[") || parts.dropFirst().contains { Int($0) != nil })
    }
}
