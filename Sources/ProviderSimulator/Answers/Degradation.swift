import LLMCore

/// The ways in which models miss: a good answer spoilt as they do it.
enum Degradation: String, Sendable, CaseIterable {
    /// The right form with a wrong option, number or verdict.
    case wrongValue = "wrong_value"
    case truncated
    /// Prose around the answer, or the answer in a fence.
    case wrapped
    case missingSection = "missing_section"
    /// A good answer to another question.
    case offTopic = "off_topic"
    case declined
    case empty

    private static let weights: [(Degradation, Double)] = [
        (.wrongValue, 0.46), (.offTopic, 0.12), (.missingSection, 0.14), (.truncated, 0.12), (.wrapped, 0.08),
        (.declined, 0.05), (.empty, 0.03),
    ]

    static func draw(_ chance: inout SimulatedChance) -> Degradation {
        var rest = chance.uniform()
        for (kind, weight) in weights {
            rest -= weight
            if rest < 0 { return kind }
        }
        return .wrongValue
    }

    func spoil(_ answer: String, task: TaskType, references: ReferenceAnswers, _ chance: inout SimulatedChance)
        -> String
    {
        switch self {
        case .wrongValue: WrongValue.write(answer, &chance)
        case .truncated: Self.truncate(answer, &chance)
        case .wrapped: Self.wrap(answer)
        case .missingSection: Self.withoutSection(answer, &chance)
        case .offTopic: references.stray(from: task, not: answer, &chance) ?? WrongValue.write(answer, &chance)
        case .declined: GenericAnswer.decline(like: answer)
        case .empty: ""
        }
    }

    private static func truncate(_ answer: String, _ chance: inout SimulatedChance) -> String {
        guard answer.count > 3 else { return WrongValue.write(answer, &chance) }
        let share = 0.2 + 0.4 * chance.uniform()
        return String(answer.prefix(max(1, Int(Double(answer.count) * share))))
    }

    private static func wrap(_ answer: String) -> String {
        let body = answer.hasPrefix("```") ? answer : "```\n\(answer)\n```"
        return "Sure! Here is what you asked for:\n\n\(body)\n\nLet me know if you would like me to adjust anything."
    }

    /// Leaves out a member of a JSON object, else a paragraph, a line, or the second half of a sentence.
    private static func withoutSection(_ answer: String, _ chance: inout SimulatedChance) -> String {
        if let (json, rewrap) = WrongValue.json(in: answer), var object = json.object, !object.isEmpty {
            object[object.keys[chance.below(object.count)]] = nil
            return rewrap(.object(object))
        }
        for separator in ["\n\n", "\n", ". "] {
            var parts = answer.split(separator: separator, omittingEmptySubsequences: true).map(String.init)
            guard parts.count > 1 else { continue }
            // The last part holds the result more often than not: what is left out shall matter.
            parts.remove(at: chance.chance(0.6) ? parts.count - 1 : chance.below(parts.count))
            return parts.joined(separator: separator)
        }
        return String(answer.prefix(answer.count / 2))
    }
}

/// Keeps an answer's form and makes its content wrong.
enum WrongValue {
    static func write(_ answer: String, _ chance: inout SimulatedChance) -> String {
        if let (json, rewrap) = json(in: answer) { return rewrap(spoil(json, &chance)) }
        return spoilText(answer, &chance)
    }

    /// The longest JSON object or list in an answer, and how to put another value in its place.
    static func json(in answer: String) -> (value: JSONValue, rewrap: (JSONValue) -> String)? {
        let bytes = Array(answer.utf8)
        var best: (value: JSONValue, start: Int, end: Int)?
        var index = 0
        while index < bytes.count {
            let opens = bytes[index] == UInt8(ascii: "{") || bytes[index] == UInt8(ascii: "[")
            guard opens, let (value, end) = JSONValue.parsePrefix(of: bytes, at: index) else {
                index += 1
                continue
            }
            if end - index > (best.map { $0.end - $0.start } ?? 0) { best = (value, index, end) }
            index = end
        }
        // A pair of brackets somewhere in prose or code is not an answer in JSON.
        guard let best, best.end - best.start >= 12 || best.end - best.start == bytes.count else { return nil }
        let before = String(decoding: bytes[..<best.start], as: UTF8.self)
        let after = String(decoding: bytes[best.end...], as: UTF8.self)
        return (best.value, { before + $0.prettyText + after })
    }

    /// Changes every scalar of the value with some probability, and the last one for certain.
    private static func spoil(_ value: JSONValue, _ chance: inout SimulatedChance, certain: Bool = true) -> JSONValue {
        switch value {
        case .null: return value
        case .bool(let flag): return certain || chance.chance(0.5) ? .bool(!flag) : value
        case .number(let number): return certain || chance.chance(0.7) ? .number(wrong(number, &chance)) : value
        case .string(let text): return .string(certain || chance.chance(0.5) ? wrong(text, &chance) : text)
        case .array(let values):
            let spoilt = values.enumerated().map { index, element in
                spoil(element, &chance, certain: index == values.count - 1)
            }
            return .array(certain && spoilt.count > 1 ? Array(spoilt.dropFirst()) : spoilt)
        case .object(let object):
            // What is checked is rarely the prose: an explanation may stay as it is.
            let hard = object.members.indices.filter { !isProse(object.members[$0].value) }
            let picked = chance.pick(hard) ?? chance.below(object.count)
            return .object(
                JSONObject(
                    object.members.enumerated().map { index, member in
                        .init(key: member.key, value: spoil(member.value, &chance, certain: index == picked))
                    }))
        }
    }

    private static func isProse(_ value: JSONValue) -> Bool { value.string?.contains(" ") ?? false }

    private static func wrong(_ number: JSONNumber, _ chance: inout SimulatedChance) -> JSONNumber {
        if let int = number.int, !number.literal.contains(".") {
            let change = 1 + chance.below(max(2, abs(int) / 4))
            return JSONNumber(chance.chance(0.5) || int - change < 0 ? int + change : int - change)
        }
        let factor = chance.chance(0.5) ? 0.9 - 0.3 * chance.uniform() : 1.1 + 0.5 * chance.uniform()
        let value = (number.double * factor * 1_000).rounded() / 1_000
        return JSONNumber(value) ?? number
    }

    private static func wrong(_ text: String, _ chance: inout SimulatedChance) -> String {
        if text.count == 1, let letter = text.unicodeScalars.first, let other = otherLetter(letter, &chance) {
            return other
        }
        if text.contains(where: \.isNumber) { return spoilNumbers(text, &chance) }
        // A name among several offered becomes another that sounds as likely.
        guard text.contains(" ") else { return chance.pick(names.filter { $0 != text }) ?? text }
        return spoilText(text, &chance)
    }

    private static func spoilText(_ text: String, _ chance: inout SimulatedChance) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let code = codeLines(lines) { return withoutSome(lines, of: code, &chance).joined(separator: "\n") }
        // The result stands in the last line that says something.
        guard let last = lines.lastIndex(where: { !$0.allSatisfy(\.isWhitespace) }) else { return text }
        lines[last] = spoilLine(lines[last], &chance)
        return lines.joined(separator: "\n")
    }

    /// The lines inside the first fence.
    private static func codeLines(_ lines: [String]) -> Range<Int>? {
        guard let open = lines.firstIndex(where: { $0.hasPrefix("```") }),
            let close = lines[(open + 1)...].firstIndex(where: { $0.hasPrefix("```") }), close - open > 2
        else { return nil }
        return open + 1..<close
    }

    /// Code that looks whole and lacks every third line.
    private static func withoutSome(
        _ lines: [String], of code: Range<Int>, _ chance: inout SimulatedChance
    ) -> [String] {
        let phase = chance.below(min(3, code.count))
        return lines.enumerated().filter { index, _ in
            !code.contains(index) || (index - code.lowerBound) % 3 != phase
        }.map(\.element)
    }

    private static func spoilLine(_ line: String, _ chance: inout SimulatedChance) -> String {
        if let colon = line.lastIndex(of: ":"), line.distance(from: line.startIndex, to: colon) < 40 {
            let head = line[...colon]
            let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
            return "\(head) \(spoilWords(String(value), &chance))"
        }
        return spoilWords(line, &chance)
    }

    private static func spoilWords(_ text: String, _ chance: inout SimulatedChance) -> String {
        if text.contains(where: \.isNumber) { return spoilNumbers(text, &chance) }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let spoilt = words.map { word -> String in
            if word.count == 1, let letter = word.unicodeScalars.first { return otherLetter(letter, &chance) ?? word }
            guard words.count < 3 || (word.count > 4 && chance.chance(0.6)) else { return word }
            let tail = word.reversed().prefix { $0.isPunctuation }.reversed()
            return (chance.pick(names.filter { $0 != word }) ?? word) + String(tail)
        }
        return spoilt.joined(separator: " ")
    }

    private static func otherLetter(_ letter: Unicode.Scalar, _ chance: inout SimulatedChance) -> String? {
        let options = ["A", "B", "C", "D"]
        let upper = String(Character(letter)).uppercased()
        guard options.contains(upper) else { return nil }
        return chance.pick(options.filter { $0 != upper })
    }

    private static func spoilNumbers(_ text: String, _ chance: inout SimulatedChance) -> String {
        var out = ""
        for character in text {
            guard let digit = character.wholeNumberValue, character.isASCII else {
                out.append(character)
                continue
            }
            out += String((digit + 1 + chance.below(8)) % 10)
        }
        return out
    }

    /// Plausible wrong answers: terms of software architecture.
    private static let names = [
        "microservices", "monolith", "event-sourcing", "strangler-fig", "two-phase-commit", "read-replica",
        "message-queue", "api-gateway", "circuit-breaker", "sharding", "stale-cache", "round-robin", "polling",
        "service-mesh", "batch-job", "optimistic-locking",
    ]
}
