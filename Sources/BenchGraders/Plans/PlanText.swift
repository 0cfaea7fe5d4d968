import BenchCore
import LLMCore

/// The part of an answer that holds the plan.
struct PlanText {
    private let text: Substring
    let isExact: Bool

    /// - Parameter marker: Reading begins after its last occurrence; letter case and markdown emphasis aside.
    init(_ answer: String, after marker: String?, isExact: Bool) throws(PlanFailure) {
        self.isExact = isExact
        guard let marker else {
            text = answer[...]
            return
        }
        guard let end = PlanText.lastEnd(of: marker, in: answer) else {
            throw PlanFailure("no plan: \(marker.shown(limit: 40)) does not occur")
        }
        text = answer[end...]
    }

    private static let emphasis: Set<Character> = ["*", "_", "`"]

    /// The place after the marker's last occurrence; a marker's colon may stand behind the emphasis: `**PLAN**:`.
    private static func lastEnd(of marker: String, in answer: String) -> String.Index? {
        let wanted = marker.filter { !emphasis.contains($0) }.map { $0.lowercased() }
        guard !wanted.isEmpty else { return answer.startIndex }
        let indices = Array(answer.indices)
        let letters = answer.map { $0.lowercased() }
        let isEmphasis = answer.map(emphasis.contains)
        for start in indices.indices.reversed() where letters[start] == wanted[0] {
            var (place, matched) = (start, 0)
            while place < letters.count, matched < wanted.count {
                if letters[place] == wanted[matched] {
                    matched += 1
                } else if !isEmphasis[place] {
                    break
                }
                place += 1
            }
            if matched == wanted.count { return place < indices.count ? indices[place] : answer.endIndex }
        }
        return nil
    }

    /// The lines without white space at their ends; blank ones and fences left out.
    var lines: [String] {
        text.split(whereSeparator: \.isNewline).map { String($0.trimmed) }.filter {
            !$0.isEmpty && !$0.hasPrefix("```") && !$0.hasPrefix("~~~")
        }
    }

    /// The last JSON value of which `read` makes something: answers end with their result.
    ///
    /// - Parameter what: The expected value, for the reason when there is none.
    func lastJSON<Plan>(_ what: String, _ read: (JSONValue) -> Plan?) throws(PlanFailure) -> Plan {
        if isExact {
            let whole = Array(lines.joined(separator: "\n").utf8)
            guard let value = try? JSONValue.parse(whole), let plan = read(value) else {
                throw PlanFailure("no plan: the answer is not \(what) and nothing else")
            }
            return try PlanText.unambiguous(plan, AnswerJSON(value, whole[...]))
        }
        for json in PlanText.outermostJSON(in: text).reversed() {
            if let plan = read(json.value) { return try PlanText.unambiguous(plan, json) }
        }
        throw PlanFailure("no plan: \(what) is not in the answer")
    }

    private static func unambiguous<Plan>(_ plan: Plan, _ json: AnswerJSON) throws(PlanFailure) -> Plan {
        if let ambiguity = json.ambiguity { throw PlanFailure("no plan: \(ambiguity)") }
        return plan
    }

    /// Each byte may be read this often in attempts that fail: `[[[[…` would otherwise be read once per bracket.
    private static let mostReadings = 64

    private static func outermostJSON(in text: Substring) -> [AnswerJSON] {
        let bytes = Array(text.utf8)
        var budget = bytes.count * mostReadings + 100_000
        var values: [AnswerJSON] = []
        var offset = 0
        while budget > 0,
            let start = bytes[offset...].firstIndex(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") })
        {
            let (value, end) = JSONValue.scanPrefix(of: bytes, at: start)
            budget -= end - start
            offset = value == nil ? start + 1 : end
            if let value { values.append(AnswerJSON(value, bytes[start..<end])) }
        }
        return values
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: SubSequence {
        var part = self[...]
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return part
    }

    /// The form in which names of problems and answers are compared.
    var plainName: String { String(trimmed).lowercased() }
}
