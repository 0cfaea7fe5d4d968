import LLMCore

/// The check of `numeric`: which number of an answer is its result, and whether that is the expected one.
struct NumericCheck {
    let expected: JSONNumber
    var tolerance = 0.0
    /// A share of the expected value, in the tolerance's place.
    var relative: Double?
    /// The marker that the number follows; without one the last number counts.
    var marker: String?

    enum Outcome {
        case equal(String)
        case other(String)
        /// None, or more than one.
        case noNumber(String)
    }

    func judge(_ answer: String) -> Outcome {
        let plain = PlainAnswer(answer)
        if let marker {
            guard let start = plain.afterLast(marker) else { return .noNumber("no \(marker.shown(limit: 40))") }
            let line = plain.line(from: start)
            return judge(line.lastBoxed ?? line, strict: true, place: " after \(marker.shown(limit: 40))")
        }
        if let boxed = plain.lastBoxed { return judge(boxed, strict: true, place: " in the box") }
        return judge(plain, strict: false, place: "")
    }

    /// - Parameter strict: The text is the result's own line, whose first number counts and stands alone; else the last counts.
    private func judge(_ text: PlainAnswer, strict: Bool, place: String) -> Outcome {
        let numbers = NumberReading.all(in: text).filter {
            !NumericCheck.isDenied($0, in: text.scalars) && !NumberBounds.apply(to: $0, in: text.scalars)
        }
        guard let chosen = strict ? NumericCheck.result(numbers, in: text.scalars) : numbers.indices.last else {
            return .noNumber("no number\(place)")
        }
        let rival = strict ? chosen : chosen - 1
        if rival >= 0, rival + 1 < numbers.count,
            NumericCheck.isJoined(numbers[rival], numbers[rival + 1], in: text.scalars, strict: strict)
        {
            return .noNumber("more than one number\(place)")
        }
        let number = numbers[chosen]
        let shown = String(String.UnicodeScalarView(text.scalars[number.start..<number.end])).shown(limit: 40)
        guard !number.values.isEmpty else { return .noNumber("\(shown) cannot be read as a number") }
        return number.values.contains(where: isExpected) ? .equal(shown) : .other(shown)
    }

    private func isExpected(_ value: NumberReading.Value) -> Bool {
        let allowed = relative.map { $0 * expected.double.magnitude } ?? tolerance
        if allowed == 0, let exact = value.exact { return exact == ExactNumber(expected) }
        // A limit like 0.05 has no exact binary form.
        let slack = 1e-9 * max(allowed, expected.double.magnitude * 1e-3)
        return (value.double - expected.double).magnitude <= allowed + slack
    }

    /// The number after the last `=` where it ends the calculation, else the first.
    private static func result(_ numbers: [NumberReading], in scalars: [Unicode.Scalar]) -> Int? {
        guard let sign = scalars.lastIndex(of: "="),
            let after = numbers.firstIndex(where: { $0.start > sign }),
            scalars[(sign + 1)..<numbers[after].start].allSatisfy({ $0 == " " || $0 == "$" }),
            after + 1 == numbers.count || !isJoined(numbers[after], numbers[after + 1], in: scalars, strict: false)
        else { return numbers.indices.first }
        return after
    }

    /// `40 or 60`, `3-4`, `12 * 5`: neither of the two is the result.
    private static func isJoined(
        _ left: NumberReading, _ right: NumberReading, in scalars: [Unicode.Scalar], strict: Bool
    ) -> Bool {
        guard left.end <= right.start else { return false }
        var between = String(String.UnicodeScalarView(scalars[left.end..<right.start])).lowercased()
        // The sign of the right one, as in `12 -5`.
        between += right.start < scalars.count && scalars[right.start] == "-" ? "-" : ""
        var words = between.split(whereSeparator: \.isWhitespace).filter { $0 != "$" && $0 != "%" && $0 != "€" }
        if strict, words.count == 2, words[0].allSatisfy({ $0.isLetter || $0 == "%" || $0 == "°" }) {
            words.removeFirst()
        }
        guard words.count == 1, let joint = words.first else { return false }
        // `42 ± 1` is a range.
        if ["±", "+/-", "+-", "or", "o", "u", "ó", "+", "*", "×", "·", "/", "÷", "-", "–", "—", "^"].contains(joint) {
            return true
        }
        return strict && ["and", "y", "to", "a", ",", "|", "&"].contains(joint)
    }

    private static let denials = [
        "not", "n't", "n’t", "never", "no es", "no son", "nunca", "instead of", "rather than", "en vez de",
        "en lugar de", "≠", "!=",
    ]

    /// The words before it say that this is not the result.
    private static func isDenied(_ number: NumberReading, in scalars: [Unicode.Scalar]) -> Bool {
        let text = NumberBounds.head(of: number, in: scalars)
        return denials.contains { denial in
            guard text.hasSuffix(denial) else { return false }
            // `knot 3` and `piano es 3` deny nothing.
            let before = text.dropLast(denial.count).unicodeScalars.last
            return !(denial.unicodeScalars.first?.isASCIILetter ?? false) || denial == "n't" || denial == "n’t"
                || before.map { !$0.isWordPart } ?? true
        }
    }
}
