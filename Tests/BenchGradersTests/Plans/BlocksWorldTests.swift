import LLMCore
import Testing

@testable import BenchGraders

@Suite("Plans in the blocks world", .timeLimit(.minutes(1)))
struct BlocksWorldTests {
    /// A on B on the table, C beside; B must come to lie on C.
    private static let hand = PlanFixture(
        #"{"world":"blocks","init":[["b","a"],["c"]],"goal":[["on","b","c"],["on-table","a"],["clear","b"]],"optimal":4}"#
    )
    private static let moves = PlanFixture(
        #"{"world":"blocks","init":[["b","a"],["c"]],"goal":[["on","b","c"]],"moves":true,"optimal":2}"#)
    private static let colours = PlanFixture(
        #"{"world":"blocks","init":[["blue","red"]],"goal":[["on-table","red"]],"after":"PLAN:"}"#)

    @Test(
        "every wording of the steps is read",
        arguments: [
            "unstack a from b\nput down a\npick up b\nstack b on c",
            "(unstack a b)\n(put-down a)\n(pick-up b)\n(stack b c)",
            "(unstack a b) (put-down a) (pick-up b) (stack b c)",
            "unstack(a, b)\nput-down(a)\npick-up(b)\nstack(b, c)",
            "unstack (a, b)\nput down (a)\npick up (b)\nstack (b, c)",
            "1. **Unstack the A block from on top of the B block.**\n2. **Put down the A block on the table.**\n"
                + "3. **Pick up the B block.** (It is clear - now.)\n4. **Stack the B block on top of the C block.**",
            "Here is the plan:\n- `unstack a from b`\n- `put down a` # free the hand\n- `pick up b`\n- `stack b on c`\nDone.",
            "Step 1: unstack a from b\nStep 2: put down a\nStep 3: pick up b\nStep 4: stack b on c",
            "desapila a de b\nsuelta a\ncoge b\napila b sobre c",
            "1) Desapilar el bloque A de encima del bloque B\n2) Dejar A en la mesa\n3) Levantar B\n4) Apilar B encima de C",
            "unstack a from b -> put down a → pick up b; stack b on c",
        ])
    func wordings(answer: String) throws { try Self.hand.expect(answer, nil) }

    @Test(
        "a step that cannot be done is named with its reason",
        arguments: [
            ("pick up b\nstack b on c", "step 1, pick up b: a is on b"),
            ("pick up a", "step 1, pick up a: a is not on the table"),
            ("unstack a from c", "a is not on c"),
            ("unstack a from b\npick up c", "step 2, pick up c: the hand holds a"),
            ("unstack a from b\nput down c", "the hand holds a"),
            ("put down a", "the hand is empty"),
            ("stack b on c", "the hand is empty"),
            ("unstack a from b\nstack a on b\npick up b", "a is on b"),
            ("unstack a from b\nput down a\npick up b\nstack b on b", "on itself"),
            ("unstack a from b\nstack a on c\npick up b\nstack b on c", "step 4, stack b on c: a is on c"),
            ("unstack a from b\nput down a", "b on c does not hold"),
            ("unstack a from b\nput down a\npick up b\nstack b on d", "step 4 cannot be read"),
            ("move a to table", "no moves"),
            ("unstack a from b\nput down a\npick up c\nput down c\npick up b\nstack b on c", "expected at most 4"),
            ("", "no step"), ("Nothing needs to be done.", "no step"),
        ])
    func obstacles(answer: String, reason: String) throws { try Self.hand.expect(answer, reason) }

    @Test(
        "where steps are moves, moves alone count",
        arguments: [
            ("move a to table\nmove b to c", nil), ("move a to the table\nmove b onto c", nil),
            ("mueve a a la mesa\nmueve b a c", nil), ("(move a table)\n(move b c)", nil),
            ("Mueve el bloque a a la mesa.\nMueve el bloque b al bloque c.", nil),
            ("move b to c", "a is on b"), ("move a to c\nmove b to c", "a is on c"),
            ("unstack a from b\nput down a\npick up b\nstack b on c", "only moves"),
            ("move c to table\nmove a to table\nmove b to c", "expected at most 2"),
        ] as [(String, String?)])
    func moves(answer: String, reason: String?) throws { try Self.moves.expect(answer, reason) }

    @Test("a block named a is not the Spanish preposition")
    func preposition() throws {
        let fixture = PlanFixture(
            #"{"world":"blocks","init":[["a"],["b"],["c"]],"goal":[["on","a","b"],["on","c","a"]],"moves":true}"#)
        try fixture.expect("mueve a a b\nmueve c a a", nil)
        try fixture.expect("mueve a b\nmueve c a", nil)
    }

    @Test(
        "reading begins after the marker's last occurrence",
        arguments: [
            ("I first thought: pick up the blue block.\nPLAN:\nunstack red from blue\nput down red", nil),
            ("**Plan**:\n1. unstack the red block from on top of the blue block\n2. put down the red block", nil),
            ("PLAN: pick up blue\nNo. PLAN: unstack red from blue; put down red", nil),
            ("unstack red from blue\nput down red", "PLAN:"),
            ("PLAN:\npick up red", "not on the table"),
        ] as [(String, String?)])
    func marker(answer: String, reason: String?) throws { try Self.colours.expect(answer, reason) }

    @Test("an exact answer holds steps and nothing else")
    func exact() throws {
        let fixture = PlanFixture(
            #"{"world":"blocks","init":[["b","a"]],"goal":[["on-table","a"]],"moves":true,"exact":true}"#)
        try fixture.expect("```\nmove a to table\n```", nil)
        try fixture.expect("Here it is:\nmove a to table", "is not a step")
    }
}
