import LLMCore
import Testing

@testable import BenchCore

@Suite("text compared by canonical equivalence and without its case", .timeLimit(.minutes(1)))
struct TextComparisonTests {
    private func judge(_ type: String, _ value: JSONValue, _ text: String) -> Verdict.Result? {
        guard let (kind, negated) = Assertion.kind(ofType: type) else { return nil }
        let benchCase = BenchCase(
            id: "a", task: "t", messages: [.user("x")],
            assertions: [Assertion(kind: kind, negated: negated, value: value)], hash: "")
        return Grader().grade(benchCase, GradedAnswer(text: text, respMilliseconds: 1, cost: nil)).verdicts[0].result
    }

    /// Spellings that are one word without their case.
    private static let words: [[String]] = [
        ["Straße", "STRASSE", "strasse", "STRAẞE", "StraſSe"], ["ΣΊΣΥΦΟΣ", "Σίσυφος", "σίσυφοσ"],
        ["İzmir", "i̇zmir", "I\u{307}ZMIR"], ["oﬃce", "OFFICE", "offIce"], ["ŉ", "ʼN", "ʼn"], ["ǰ", "J̌", "J\u{30C}"],
        ["ΐ", "Ϊ́", "\u{1FD3}"], ["ᾳ", "ΑΙ", "ᾼ"], ["ﬗ", "ՄԽ", "մխ"], ["ﬓ", "ՄՆ"], ["Ǆ", "ǅ", "ǆ"], ["K", "k", "K"],
        ["Å", "å", "a\u{30A}", "Å"], ["Ω", "ω", "Ω"], ["µ", "μ", "Μ"], ["Ꮳ", "ꮳ"], ["ᲓᲐ", "და"], ["𐐀", "𐐨"],
        ["ЁЛКА", "ёлка", "е\u{308}лка"], ["ϴ", "θ", "Θ", "ϑ"], ["ẛ\u{323}", "ṩ", "Ṩ"],
    ]

    @Test("icontains ignores case by full folding, in every pair of spellings", arguments: words)
    func folding(spellings: [String]) {
        for (value, found) in spellings.flatMap({ value in spellings.map { (value, $0) } }) {
            let text = "<\(found)>"
            let list: JSONValue = [.string(value)]
            for (type, value) in [
                ("icontains", .string(value)), ("icontains-any", list), ("icontains-all", list),
            ] as [(String, JSONValue)] {
                #expect(judge(type, value, text) == .passed, "\(type) \(value.text) in \(found)")
                #expect(judge("not-" + type, value, text) == .failed, "not-\(type) \(value.text) in \(found)")
            }
        }
    }

    @Test(
        "letters that fold apart stay apart",
        arguments: [
            ("ı", "I"), ("ı", "i"), ("İ", "i"), ("é", "e"), ("ö", "o"), ("ø", "o"), ("æ", "ae"), ("ð", "d"), ("l", "1"),
            ("ss", "s"), ("Ł", "L"),
        ])
    func apart(letter: String, other: String) {
        #expect(judge("icontains", .string(letter), other) == .failed)
        #expect(judge("not-icontains", .string(letter), other) == .passed)
    }

    @Test("a letter folds as its upper and its lower case do, in all of Unicode")
    func foldingIsOne() {
        let scalars = (UInt32(0x80)...0x1_FFFF).compactMap(Unicode.Scalar.init)
        for scalar in scalars where scalar.properties.lowercaseMapping != scalar.properties.uppercaseMapping {
            let folded = String(scalar).caseFolded
            // Dotless ı has I for its upper case, and folds to itself all the same.
            if scalar != "\u{131}" { #expect(folded == scalar.properties.uppercaseMapping.caseFolded) }
            #expect(folded == scalar.properties.lowercaseMapping.caseFolded, "\(scalar.value)")
            #expect(folded == folded.caseFolded, "\(scalar.value)")
        }
    }

    /// A pattern in several spellings, texts in which all find it, and texts in which none does.
    private static let patterns: [(patterns: [String], found: [String], missed: [String])] = [
        (
            [
                "café", "cafe\u{301}", #"caf\u00e9"#, #"cafe\u0301"#, #"caf\x{e9}"#, #"caf\U000000e9"#, #"cafe\x{301}"#,
                #"\Qcafe\#u{301}\E"#,
            ], ["un cafe\u{301}", "un café"], ["cafe", "CAFÉ"]
        ),
        (
            ["^[éà]+$", "^[e\u{301}a\u{300}]+$", #"^[\u00e9\u00e0]+$"#], ["éàé", "e\u{301}"], ["e", "a", "\u{301}", ""]
        ),
        (["^n\u{303}{2}$", "^ñ{2}$", #"^(?:n\u0303){2}$"#], ["ññ", "n\u{303}n\u{303}"], ["ñ", "n\u{303}\u{303}"]),
        // No composed form: the quantifier is the whole letter's all the same.
        (["^q\u{307}+$", #"^q\u0307+$"#], ["q\u{307}q\u{307}"], ["q\u{307}\u{307}", "q"]),
        (["(?i)^ÉTÉ$", "(?i)^e\u{301}te\u{301}$"], ["été", "E\u{301}TÉ"], ["ete"]),
        (["[à-ÿ]", "[a\u{300}-y\u{308}]"], ["é", "e\u{301}"], ["e", "z"]),
        // A range keeps its ends: the compatibility ideographs compose to others far away.
        ([#"[\uf900-\ufaff]"#, "[\u{F900}-\u{FAFF}]"], ["\u{FA0E}"], ["한", "a", "豈"]),
        ([#"^[a-e\u0300-\u036f]+$"#], ["abc", "b\u{302}"], ["ê", "f"]),
        (["Å", "\u{212B}", #"\u212b"#, "[\u{212B}]", "A\u{30A}"], ["10 Å", "10 \u{212B}"], ["A"]),
        (["각", "\u{1100}\u{1161}\u{11A8}"], ["각", "\u{1100}\u{1161}\u{11A8}"], ["가"]),
        (["(?<=e\u{301})x", "(?<=é)x"], ["éx", "e\u{301}x"], ["ex"]), ([#"(?=\u0338)x"#], [], ["x", "≠x"]),
        ([#"a\u002eb"#, #"a\x2eb"#, #"a\.b"#], ["a.b"], ["aéb"]),
        ([#"\bprêt\b"#, "\\bpre\u{302}t\\b"], ["est pre\u{302}t."], ["prêts"]),
        (["[]é]", "[]e\u{301}]"], ["]", "é"], ["e"]), (["[^é]", "[^e\u{301}]"], ["e"], ["é", "e\u{301}"]),
        ([#"[\w&&[^é]]"#, "[\\w&&[^e\u{301}]]"], ["e"], ["é"]),
        (["(?<nom>é)\\k<nom>", "(?<nom>e\u{301})\\k<nom>"], ["ée\u{301}"], ["é"]),
        ([#"\p{Lu}é"#, "\\p{Lu}e\u{301}"], ["Né"], ["né"]), ([#"\cAé"#], ["\u{1}é"], ["Aé"]),
    ]

    @Test("a regular expression's pattern may be spelled in any normal form, and so may the text", arguments: patterns)
    func regex(patterns: [String], found: [String], missed: [String]) {
        for pattern in patterns {
            for text in found {
                #expect(judge("regex", .string(pattern), text) == .passed, "\(pattern) in \(text)")
                #expect(judge("not-regex", .string(pattern), text) == .failed, "\(pattern) in \(text)")
            }
            for text in missed {
                #expect(judge("regex", .string(pattern), text) == .failed, "\(pattern) in \(text)")
                #expect(judge("not-regex", .string(pattern), text) == .passed, "\(pattern) in \(text)")
            }
        }
    }

    @Test("JSON is compared by canonical equivalence, escapes included")
    func json() {
        for answer in [#"{"caf\u00e9":"\u00e9"}"#, #"{"cafe\u0301":"e\u0301"}"#, "{\"cafe\u{301}\":\"é\"}"] {
            for expected in [["café": "é"], ["cafe\u{301}": "e\u{301}"]] as [JSONValue] {
                #expect(judge("equals", expected, answer) == .passed)
                #expect(judge("equals", .string(expected.text), answer) == .passed)
                #expect(judge("is-json", ["const": expected], answer) == .passed)
                #expect(judge("contains-json", ["enum": [expected]], "so: \(answer)") == .passed)
                #expect(judge("not-equals", expected, answer) == .failed)
            }
        }
    }
}
