import Testing

@Suite("choice", .timeLimit(.minutes(2)))
struct ChoiceTests {
    @Test(
        "the letter that was chosen",
        arguments: [
            "B", "b", "B.", "(B)", "**B**", "`B`", "Ｂ", "B)", "B) The queue", "\\boxed{B}", "$\\boxed{\\text{B}}$",
            "ANSWER: B", "Answer: B", "answer: b", "**ANSWER: B**", "**Answer:** B", "ANSWER: (B)", "ANSWER: **B**",
            "ANSWER:\nB", "ANSWER: B) The queue", "ANSWER: B, because A is wrong", "ANSWER: B because it is a queue",
            "The answer is B", "The answer is B.", "The answer is (B)", "The correct answer is option B.",
            "The answer is not A but B", "So the answer would be B, as shown.", "Respuesta: B", "La respuesta es B.",
            "La respuesta correcta es la B", "La respuesta es la opción B", "RESPUESTA: **B**",
            "A is wrong.\nC is wrong.\nB", "A looks right, but it is not.\nI choose B", "I would pick option B",
            "ANSWER: A\nWait, no.\nANSWER: B", "ANSWER: B\n\nI am confident in this answer.", "Option B",
            "(b)", "b) the queue", "ANSWER - B", "Answer: \"B\"", "The answer is: B", "Final answer: B",
            "Not A, so B", "Elijo la B", "La B", "ANSWER: B\n", "ANSWER: [B]",
            "ANSWER: B (not C)", "B is correct because C fails", "A and C are wrong, B", "B rather than C", "A? No. B",
            "B, not C", "B is not wrong", "No, B", "Answer is B: the Answer to A is wrong", "ANSWER: B is wrong",
            "Antwort: B", "Answer — B", "Everything except C, D: B", "ANSWER: B\nIf in doubt, ask.", "I think B",
            "ANSWER: B. Actually, C is wrong.", "Ni A ni C: B", "En lugar de C, la B", "B isn't wrong",
        ])
    func right(text: String) throws { try AssertionFixture.expect(#"{"type":"choice","value":"B"}"#, text, true) }

    @Test(
        "another letter, an open choice, and none",
        arguments: [
            "", "A", "ANSWER: A", "ANSWER: B or C", "ANSWER: B o C", "ANSWER: B/C", "ANSWER: A, B", "ANSWER: A and B",
            "The answer is not B", "The answer isn't B.", "La respuesta no es B", "ANSWER: none", "ANSWER:",
            "Both A and B are right", "B is plausible\nA", "the queue", "ABC", "Because of the buffer", "B or C",
            "ANSWER: not B", "A B C D", "A. one B. two C. three", "I do not know; a good question", "B\nC",
            "ANSWER: B\nANSWER: C", "The answer is B or maybe C", "\\boxed{A}, not B", "It is not B", "No es la B",
            "ANSWER: Bee", "Neither A nor B is right", "B is wrong", "The answer can't be B", "The answer cannot be B",
            "All but B", "Everything except B", "Answer: anything but B", "the answer would be B if x, but it is A",
            "Answer: B?? or maybe A", "ANSWER: neither A nor B", "B is not right", "B isn't correct.", "B is ruled out",
            "B? No.", "B if the list is sorted", "ANSWER: B, no wait, A", "I don't think it is B", "Ni A ni B",
            "La B es incorrecta", "La B no es correcta", "Todas menos la B", "The answer B is wrong", "A rather than B",
            "ANSWER: B unless it is empty", "ANSWER: B! Or A",
        ])
    func wrong(text: String) throws { try AssertionFixture.expect(#"{"type":"choice","value":"B"}"#, text, false) }

    @Test(
        "all letters of a list, in any order",
        arguments: [
            ("A, C", true), ("ANSWER: A, C", true), ("ANSWER: C and A", true), ("ANSWER: A y C", true),
            ("ANSWER: A & C", true), ("ANSWER: (A) and (C)", true), ("ANSWER: **A**, **C**", true),
            ("ANSWER: AC", true),
            ("The answers are A and C.", true), ("ANSWER: A,C because B is wrong", true), ("\\boxed{A, C}", true),
            ("A", false), ("ANSWER: A", false), ("ANSWER: A, B, C", false), ("ANSWER: A or C", false), ("", false),
            ("ANSWER: A, B, and C", false), ("ANSWER: B", false), ("A/C", true), ("ANSWER: A/C", true),
            ("A / B / C", false), ("A and C, not B", true), ("A and C are wrong", false), ("A, C. B is wrong", true),
        ])
    func lists(text: String, holds: Bool) throws {
        try AssertionFixture.expect(#"{"type":"choice","value":["A","C"]}"#, text, holds)
    }

    @Test("articles, pronouns and conjunctions are no letters")
    func words() throws {
        for text in ["ANSWER: A good question", "A queue is better", "The answer is a queue"] {
            try AssertionFixture.expect(#"{"type":"choice","value":"A"}"#, text, false)
        }
        for text in ["ANSWER: A", "ANSWER: A because of it", "The answer is A.", "A"] {
            try AssertionFixture.expect(#"{"type":"choice","value":"A"}"#, text, true)
        }
        try AssertionFixture.expect(#"{"type":"choice","value":"I"}"#, "I think so", false)
    }

    @Test("a hostile answer is read in little time")
    func hostile() throws {
        for text in [
            "answer ", "answer: not ", "A, ", "( ", "\\boxed{", "A or ", "answer is the ", "A?", "A is ", "not A ",
        ] {
            _ = try AssertionFixture.verdict(#"{"type":"choice","value":"B"}"#, String(repeating: text, count: 30_000))
        }
    }
}
