import LLMCore
import LLMWire
import Testing

@testable import ProviderSimulator

@Suite("Reading scenarios", .timeLimit(.minutes(2)))
struct ScenarioReaderTests {
    @Test("a scenario with everything in it is read")
    func whole() throws {
        let yaml = """
            bad_keys: [sk-dead]
            models:
              - id: openai/gpt-6-luna
                usual_quality: 0.5
                quality: {architecture: 0.9}
                first_token_ms: 12
                tokens_per_second: 999
                usd_per_million: {input: "1.5", output: "2"}
            limits:
              - {provider: groq, model: "*", requests_per_minute: 30, tokens_per_day: 1000}
            faults:
              - name: overload
                match: {provider: anthropic, model: "claude-*", streaming: true, prompt: secret}
                when: {probability: 0.25}
                then: {fail: overloaded, headers: {X-Odd: "1"}, delay_ms: 5}
              - then: {cut: {after_events: 3, how: reset}, body: {a: [1, true, null, "x"]}}
            local: {pulled: [ai/smollm3], pull_ms: 10}
            """
        let scenario = try Scenario.read(yaml: yaml, file: "s.yaml")
        #expect(scenario.badKeys == ["sk-dead"])
        let model = try #require(scenario.models.first)
        #expect(model.quality(for: .architecture) == 0.9)
        #expect(model.quality(for: .planning) == 0.5)
        #expect(model.price?.input == USD(pico: 1_500_000))
        #expect(scenario.limits.map(\.window) == [.minute, .day])
        let fault = try #require(scenario.faults.first)
        #expect(fault.name == "overload")
        #expect(fault.occurrence == .probability(0.25))
        #expect(fault.match.streaming == true)
        #expect(fault.effect.fail == .overloaded)
        #expect(fault.effect.headers == [WireHeader("x-odd", "1")])
        #expect(scenario.faults[1].name == "fault 2")
        #expect(scenario.faults[1].effect.cut == .reset)
        #expect(scenario.faults[1].effect.body == .json(["a": [1, true, .null, "x"]]))
        #expect(scenario.local.pulled == ["ai/smollm3"])
    }

    @Test("an empty file is a scenario without faults")
    func empty() throws {
        #expect(try Scenario.read(yaml: "", file: "s.yaml") == Scenario())
    }

    @Test(
        "what is wrong is named with its line and column",
        arguments: [
            ("faults:\n  - {then: {sttaus: 500}}", "s.yaml:2:13: unknown key 'sttaus'"),
            ("fault: []", "s.yaml:1:1: unknown key 'fault'"),
            ("faults:\n  - {name: x}", "s.yaml:2:5: 'then' is missing"),
            ("faults:\n  - {then: {status: 99}}", "s.yaml:2:21: 'status' must be a whole number in 200...599"),
            ("faults:\n  - {then: {fail: nonsense}}", "s.yaml:2:19: 'fail' must be one of ok, rate_limited"),
            ("faults:\n  - {when: {nth: [0]}, then: {}}", "s.yaml:2:19: 'nth' holds whole numbers from 1"),
            ("faults:\n  - {when: {nth: [1], first: 2}, then: {}}", "s.yaml:2:12: 'when' takes exactly one"),
            ("faults:\n  - {match: {provider: acme}, then: {}}", "s.yaml:2:13: 'provider' is 'acme'"),
            ("limits:\n  - {provider: openai}", "s.yaml:2:5: a limit needs one of requests_per_minute"),
            ("models:\n  - {id: gpt-6-luna}", "s.yaml:2:5: 'id' must be provider/model"),
            ("models:\n  - {id: openai/x, quality: {a: 2}}", "a quality must be a number in 0...1"),
            ("faults: {a: 1}", "s.yaml:1:9: 'faults' must be a list"),
            ("faults:\n  - {then: {status: 500}", "s.yaml:"),
            ("- a", "s.yaml:1:1: expected the scenario, a mapping"),
        ])
    func errors(yaml: String, expected: String) {
        #expect {
            try Scenario.read(yaml: yaml, file: "s.yaml")
        } throws: { error in
            let text = (error as? ScenarioError)?.description ?? ""
            return text.contains(expected)
        }
    }

    @Test(
        "a star stands for anything in a model's name",
        arguments: [
            ("gpt-6-luna", "*", true), ("gpt-6-luna", "gpt-*", true), ("gpt-6-luna", "*-luna", true),
            ("gpt-6-luna", "g*6*a", true), ("gpt-6-luna", "gpt-6", false), ("gpt-6-luna", "claude*", false),
            ("ab", "a*b*", true), ("aab", "a*ab", true),
        ])
    func wildcards(text: String, pattern: String, expected: Bool) {
        #expect(Wildcard.matches(text, pattern) == expected)
    }
}
