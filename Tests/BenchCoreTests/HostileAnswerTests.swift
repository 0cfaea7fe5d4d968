import Foundation
import LLMCore
import Synchronization
import Testing

@testable import BenchCore

/// Answers come from outside: none may hang the bench, fill its reports or write to its terminal.
@Suite("hostile answers", .timeLimit(.minutes(2)))
struct HostileAnswerTests {
    private func grade(_ assertion: Assertion, _ text: String, grader: Grader = Grader()) -> Grade {
        let benchCase = BenchCase(id: "a", task: "t", messages: [.user("x")], assertions: [assertion], hash: "")
        return grader.grade(benchCase, GradedAnswer(text: text, respMilliseconds: 1, cost: nil))
    }

    /// A clock that moves 50 ms at every look.
    private func impatient() -> Grader {
        let looks = Looks()
        return Grader(
            time: TimeSource(now: { looks.next() }, wallMicroseconds: { 0 }, sleep: { _ in }),
            limit: .milliseconds(200))
    }
    /// A clock that stands still: only memory ends a search.
    private func patient() -> Grader {
        let instant = ContinuousClock.now
        return Grader(time: TimeSource(now: { instant }, wallMicroseconds: { 0 }, sleep: { _ in }))
    }
    private final class Looks: Sendable {
        private let count = Mutex(0)
        private let origin = ContinuousClock.now
        func next() -> ContinuousClock.Instant {
            count.withLock {
                $0 += 1
                return origin + .milliseconds(50 * $0)
            }
        }
    }

    private static let catastrophe = String(repeating: "a", count: 60) + "!"

    @Test(
        "a pattern that backtracks without end is stopped: unscored, and the trial is a grader error",
        arguments: [
            Assertion(kind: .regex, value: "^(a+)+$"), Assertion(kind: .regex, negated: true, value: "^(a|aa)+$"),
            Assertion(kind: .isJSON, value: ["pattern": "^(a+)+$"]),
            Assertion(kind: .containsJSON, value: ["properties": ["k": ["pattern": "^(a+)+$"]]]),
        ])
    func backtracking(assertion: Assertion) {
        let text =
            switch assertion.kind {
            case .isJSON: "\"\(Self.catastrophe)\""
            case .containsJSON: "{\"k\":\"\(Self.catastrophe)\"}"
            default: Self.catastrophe
            }
        let grade = grade(assertion, text, grader: impatient())
        #expect(grade.verdicts[0].result == .unscored && grade.verdicts[0].reason.contains("backtracks"))
        #expect(grade.graderError && grade.score == nil && grade.passed == nil)
        let benchCase = BenchCase(id: "a", task: "t", messages: [.user("x")], assertions: [assertion], hash: "")
        let call = CallFixture.call([CallFixture.attempt(CallFixture.timings(end: 1))], text: text)
        let judged = impatient().judge(benchCase, call: call, metrics: CallFixture.metrics(call.attempts))
        #expect(judged.outcome == .graderError)
    }

    @Test("a search is limited by its work: time in which the thread does not run does not count")
    func processorTime() {
        let time = TimeSource.processor
        let start = time.now()
        // The thread sleeps here, on purpose.
        usleep(300_000)
        #expect(start.duration(to: time.now()) < .milliseconds(200))
        var sum = 0
        let work = time.now()
        while work.duration(to: time.now()) < .milliseconds(1) { sum &+= 1 }
        #expect(sum > 0)
    }

    @Test("an ordinary pattern is never stopped by a slow clock")
    func ordinaryPattern() {
        #expect(grade(Assertion(kind: .regex, value: "b$"), "aaab", grader: impatient()).passed == true)
    }

    @Test("a pattern that needs too much memory is a grader error, not a failed answer")
    func memory() {
        let text = String(repeating: "é a", count: 100_000) + "!"
        let grade = grade(Assertion(kind: .regex, value: "(a|é| )*$"), text, grader: patient())
        #expect(grade.graderError && grade.verdicts[0].reason.contains("memory"))
    }

    @Test("searching is linear: a needle of half the haystack takes no longer for being almost everywhere")
    func linearSearch() {
        let haystack = Array(String(repeating: "a", count: 1_000_000).utf8)
        let needle = String(repeating: "a", count: 500_000) + "b"
        #expect(!TextSearch(needle).occurs(in: haystack))
        #expect(TextSearch(needle).occurs(in: haystack + [UInt8(ascii: "b")]))
    }

    @Test(
        "the search finds overlapping beginnings",
        arguments: [
            ("aab", "aaab", true), ("abab", "ababab", true), ("abac", "ababac", true), ("abac", "abaab", false),
        ])
    func overlaps(needle: String, haystack: String, found: Bool) {
        #expect(TextSearch(needle).occurs(in: Array(haystack.utf8)) == found)
    }

    @Test("brackets that never close are given up, not read again for each")
    func brackets() {
        let text = String(repeating: "[", count: 20_000)
        let grade = grade(Assertion(kind: .containsJSON, value: ["type": "array"]), text)
        #expect(grade.graderError && grade.verdicts[0].reason.contains("brackets"))
    }

    @Test("deeply nested JSON is refused")
    func deep() {
        let text = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(grade(Assertion(kind: .isJSON), text).passed == false)
    }

    @Test("reasons are short and hold no control character, whatever the answer holds")
    func reasons() {
        let text = "\u{1B}[31mred\u{07}\u{202E}\n" + String(repeating: "x", count: 100_000)
        let assertions = [
            Assertion(kind: .equals, value: "y"), Assertion(kind: .equals, value: ["k": 1]),
            Assertion(kind: .isJSON), Assertion(kind: .containsJSON),
            Assertion(kind: .containsAll, value: .array((0..<100).map { .string("needle \($0)\u{1B}") })),
            Assertion(kind: .regex, value: "never\u{1B}"),
        ]
        for assertion in assertions {
            let reason = grade(assertion, text).verdicts[0].reason
            #expect(reason.unicodeScalars.count < 400, "\(assertion.type)")
            #expect(reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" }, "\(assertion.type)")
        }
        let names = JSONValue.object(["\u{1B}\(String(repeating: "k", count: 1_000))": 1]).text
        let schema = Assertion(kind: .isJSON, value: ["additionalProperties": false])
        #expect(grade(schema, names).verdicts[0].reason.unicodeScalars.count < 200)
    }
}
