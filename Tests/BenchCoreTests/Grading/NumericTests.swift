import Testing

@Suite("numeric", .timeLimit(.minutes(2)))
struct NumericTests {
    private func expect(_ members: String, _ text: String, _ holds: Bool) throws {
        try AssertionFixture.expect(#"{"type":"numeric",\#(members)}"#, text, holds)
    }

    @Test(
        "the last number of an answer, however it is written",
        arguments: [
            ("42", "42"), ("42", "The result is 42."), ("42", "First 7, then 35, so it is **42**."), ("42", "= 42 km"),
            ("42", "42km"), ("42", "４２"), ("42", "٤٢"), ("42", "4*10 + 2 = 42"), ("42", "$42"), ("42", "42 %"),
            ("42", "\\boxed{42} after 3 steps"), ("42", "The result is $\\boxed{42}$, as shown in step 3."),
            ("42", "#### 42"), ("42", "42!"), ("42", "+42"), ("42", "0042"), ("42", "42.000"), ("42", "4.2e1"),
            ("42", "It is 42, not 43."), ("42", "42 (instead of 43)"), ("42", "Es 42, no es 43"), ("42", "x1 = 42"),
            ("42", "The version v2 prints 42"), ("42", "| total | 42 |"), ("42", "42\n\nDone!"),
            ("-7", "-7"), ("-7", "−7"), ("-7", "–7"), ("-7", "It fell to -$7"), ("-7", "(-7)"),
            ("1234.5", "1,234.5"), ("1234.5", "1.234,5"), ("1234.5", "1 234,5"), ("1234.5", "1'234.5"),
            ("1234.5", "1{,}234.5"), ("1234567", "1,234,567"), ("1234567", "1.234.567"), ("1234567", "1 234 567"),
            ("1234", "1 234"), ("1234", "1,234"), ("1234", "1.234"), ("1.234", "1.234"), ("1.234", "1,234"),
            ("12.7", "12,7"), ("12.7", "son 12,7 km"), ("0.125", "0,125"), ("0.125", ".125"), ("0.125", "1/8"),
            ("0.75", "3/4"), ("0.75", "\\frac{3}{4}"), ("1.75", "1 3/4"), ("-0.75", "-3/4"),
            ("2000", "2 × 10^3"), ("2000", "2 \\times 10^{3}"), ("2000", "2e3"), ("2000", "2 thousand"),
            ("2000", "2 mil"), ("2500000", "2.5 million"), ("3000000000", "3 mil millones"), ("1024", "2^10"),
            ("0.5", "½"), ("-0.5", "−½"), ("1.5", "1½"), ("1.5", "1 ½ cups"), ("0.75", "It is ¾."), ("0.5", "1⁄2"),
            ("2000", "2k"), ("300", "300K"), ("300000", "300K"), ("2500000", "2.5M"),
            ("42", "42, which is less than 50"),
            ("42", "> 42"), ("42", "<b>42</b>"), ("42", "x -> 42"), ("42", "x => 42"), ("42", "42 m²"), ("42", "42m"),
            ("12345678901234567890", "12345678901234567890"), ("0.1", "0.10"), ("60", "The total is 60 minutes"),
            ("42", "The area is 42 m^2."), ("42", "$42\\,\\text{cm}^2$"),
            ("42", "$42\\ \\mathrm{m}\\,\\mathrm{s}^{-2}$"),
            ("42", "42 s^-1"), ("42", "x^2 = 42"), ("42", "42 m^(3)"), ("2000", "2 × 10³"), ("0.002", "2·10⁻³"),
            ("20000000000", "2 × 10¹⁰ items"), ("1234567", "₹12,34,567"), ("12345678.5", "1,23,45,678.50"),
            ("-7", "x = - 7"), ("-7", "x ≈ − 7"), ("-7", "x = -$7"),
        ])
    func right(value: String, text: String) throws { try expect(#""value":\#(value)"#, text, true) }

    @Test(
        "a wrong number, an open choice and what is no number fail",
        arguments: [
            ("42", ""), ("42", "no idea"), ("42", "43"), ("42", "-42"), ("42", "4.2"), ("42", "42 then 43"),
            ("42", "40 or 42"), ("42", "41 o 42"), ("42", "it is not 42"), ("42", "no es 42"), ("42", "v42"),
            ("42", "x_42"), ("42", "12:42"), ("42", "0x42"), ("42", "6 * 42"), ("42", "42k items: 7"),
            ("42", "42k"), ("42", "42M"), ("42", "more than 42"), ("42", "x > 42"), ("42", "42²"), ("1", "½"),
            ("2", "1½"),
            ("42", "42 ± 1"), ("1", "42 ± 1"), ("42", "42 thousand"), ("42", "1.2.42"), ("3", "1,2,3"),
            ("2026", "29/11/2026"), ("29", "2026-11-29"),
            ("1234", "12.34"), ("1234.5", "1234,56"), ("2", "2 million"),
            ("12345678901234567890", "12345678901234567891"),
            ("42", "\\boxed{43} and not 42"), ("7", "x = - 7"), ("-7", "9 - 7"), ("-7", "- 7"), ("2", "x^2"),
            ("2", "m^2"),
            ("1234567", "123,45,67"), ("1234567", "12,34,56,7"), ("1234567", "12.34.567"), ("2000", "2 × 10⁴"),
            ("7", "-7"), ("0.75", "3/5"), ("42", "forty-two"), ("0", "1/0"),
        ])
    func wrong(value: String, text: String) throws { try expect(#""value":\#(value)"#, text, false) }

    @Test(
        "the number stands after the last marker",
        arguments: [
            ("RESULT: 42", true), ("Result: 42", true), ("**RESULT:** 42", true), ("**RESULT**: 42", true),
            ("RESULT: **42**", true), ("`RESULT: 42`", true), ("RESULT:42", true), ("RESULT : 42", true),
            ("RESULT：42", true), ("RESULT:\n42", true), ("RESULT:\n\n```\n42\n```", true), ("RESULT: $42$", true),
            ("RESULT: \\boxed{42}", true), ("RESULT: 42 (from 6 * 7)", true), ("RESULT: 6 * 7 = 42", true),
            ("RESULT: 42 = 6 * 7", true), ("RESULT: x = 42", true), ("RESULT: about 42 km\nThat took 3 steps.", true),
            ("RESULT: 7\nWait.\nRESULT: 42", true), ("2 steps\nRESULT: 42.", true), ("RESULT: <42>", true),
            ("RESULT: [42]", true), ("> RESULT: 42", true), ("- RESULT: 42", true), ("RESULT: 42 ± 1", false),
            ("RESULT: less than 42", false), ("RESULT: more than 42", false), ("RESULT: at least 42", false),
            ("RESULT: ≥ 42", false), ("RESULT: <= 42", false), ("RESULT: > 42", false), ("RESULT: < 42", false),
            ("RESULT: \\geq 42", false), ("RESULT: 42 or more", false), ("RESULT: 42 km or less", false),
            ("RESULT: 42+", false), ("RESULT: al menos 42", false), ("RESULT: 42 o más", false), ("RESULT: 42k", false),
            ("RESULT: 42 +/- 1", false), ("RESULT: 42 km ± 1", false), ("RESULT: 42²", false),
            ("RESULT: up to 42", false),
            ("RESULT: 42!", true), ("RESULT: 42?", true), ("RESULT: 42 (more than 40)", true), ("RESULT: 42 m2", true),
            ("RESULT: ≈ 42", true), ("RESULT: -> 42", true), ("RESULT: 42 hours (2520 minutes)", true),
            ("RESULT:\n> 42", true), ("RESULT: 42, over 3 days", true),
            ("42", false), ("The result is 42", false), ("RESULT: 42\nRESULT: 7", false), ("RESULT: 40 or 42", false),
            ("RESULT: 42 or 43", false), ("RESULT: 42-45", false), ("RESULT: 42, 43", false), ("RESULT: 6 * 7", false),
            ("RESULT: 42 minutes or 50 minutes", false), ("RESULT: not 42", false), ("RESULT:", false),
            ("RESULT: none\n42", false), ("RESULT: 42:30", false), ("NORESULT: 42", false), ("RESULT: 420", false),
            ("RESULT: 42 days and 3 hours", false), ("RESULT: -42", false), ("RESULT: entre 42 y 50", false),
        ])
    func marked(text: String, holds: Bool) throws { try expect(#""value":42,"after":"RESULT:""#, text, holds) }

    @Test(
        "within a tolerance, or a share of the value",
        arguments: [
            (#""value":12.5,"tolerance":0.05"#, "12.55", true), (#""value":12.5,"tolerance":0.05"#, "12,45", true),
            (#""value":12.5,"tolerance":0.05"#, "12.551", false), (#""value":200,"relative":0.01"#, "202", true),
            (#""value":200,"relative":0.01"#, "202.1", false), (#""value":-200,"relative":0.01"#, "-198", true),
            (#""value":0.3333,"tolerance":0.001"#, "1/3", true), (#""value":0,"tolerance":0.5"#, "-0.5", true),
        ])
    func tolerances(members: String, text: String, holds: Bool) throws { try expect(members, text, holds) }

    @Test("a hostile answer is read in little time")
    func hostile() throws {
        for text in ["1,", "1 ", "- ", "* ", "\\frac{", "\\boxed{", "1/", "RESULT: ", "1 or "] {
            _ = try AssertionFixture.verdict(
                #"{"type":"numeric","value":1,"after":"RESULT:"}"#, String(repeating: text, count: 50_000))
            _ = try AssertionFixture.verdict(#"{"type":"numeric","value":1}"#, String(repeating: text, count: 50_000))
        }
    }
}
