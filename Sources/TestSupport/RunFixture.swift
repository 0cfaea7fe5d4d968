package import BenchCore
import LLMCore

/// A seeded, realistic run: arms of different worth, failures, retries, refusals, hostile answers. No clock, no file.
package struct RunFixture: Sendable {
    package var run: RunRecord
    package var cases: [BenchCase]
    package var trials: [TrialRow]

    /// The properties of one arm of the fixture.
    package struct Shape: Sendable {
        package var model: String
        package var quality: Double
        /// Milliseconds to the first token.
        package var firstToken: Double
        package var tokensPerSecond: Double
        /// Dollars per million tokens, in and out; `nil` is unpriced.
        package var price: (input: Double, output: Double)?
        package var failureRate: Double
        package var thinks: Bool

        package init(
            _ model: String, quality: Double, firstToken: Double, tokensPerSecond: Double,
            price: (input: Double, output: Double)?, failureRate: Double = 0.01, thinks: Bool = false
        ) {
            self.model = model
            self.quality = quality
            self.firstToken = firstToken
            self.tokensPerSecond = tokensPerSecond
            self.price = price
            self.failureRate = failureRate
            self.thinks = thinks
        }

        package static let usual: [Shape] = [
            Shape("gemini/gemini-2.5-flash", quality: 0.90, firstToken: 480, tokensPerSecond: 195, price: (0.30, 2.5)),
            Shape(
                "openai/gpt-5", quality: 0.95, firstToken: 900, tokensPerSecond: 61, price: (1.25, 10),
                failureRate: 0.02, thinks: true),
            Shape(
                "openai/gpt-5-mini", quality: 0.89, firstToken: 740, tokensPerSecond: 56, price: (0.25, 2), thinks: true
            ),
            Shape("anthropic/claude-sonnet-4-6", quality: 0.94, firstToken: 740, tokensPerSecond: 104, price: (3, 15)),
            Shape("anthropic/claude-haiku-4-5", quality: 0.84, firstToken: 600, tokensPerSecond: 120, price: (1, 5)),
            Shape(
                "groq/openai/gpt-oss-120b", quality: 0.86, firstToken: 200, tokensPerSecond: 476, price: (0.15, 0.6),
                failureRate: 0.07),
            Shape("xai/grok-4.3", quality: 0.88, firstToken: 300, tokensPerSecond: 132, price: (1.25, 2.5)),
            Shape(
                "local/ai/smollm3", quality: 0.52, firstToken: 350, tokensPerSecond: 38, price: (0, 0), failureRate: 0),
        ]
    }

    /// - Parameters:
    ///   - cases: Else 84 made up here.
    ///   - hostile: Some answers try to break out of a report.
    package init(
        seed: UInt64 = 7, shapes: [Shape] = Shape.usual, cases: [BenchCase]? = nil, caseCount: Int = 84,
        repeats: Int = 1,
        timeScale: Double = 0.05, simulated: Bool = true, hostile: Bool = true
    ) {
        var random = SeededGenerator(seed: seed)
        let cases = cases ?? RunFixture.cases(caseCount)
        let endpoint = simulated ? "simulator" : "https://api.example.com/v1"
        let arms = shapes.compactMap { shape in
            ModelID(shape.model).map { Arm(model: $0, endpoint: endpoint, simulated: simulated) }
        }
        run = RunFixture.record(
            seed: seed, cases: cases, arms: arms, repeats: repeats, timeScale: timeScale, simulated: simulated)
        self.cases = cases
        trials = []
        for row in cases {
            let difficulty = Double.random(in: -0.25...0.12, using: &random)
            for repetition in 0..<repeats {
                for (arm, shape) in zip(arms, shapes) {
                    var maker = TrialMaker(shape: shape, arm: arm, timeScale: timeScale, random: random)
                    let trial = maker.make(
                        row, run: run, ordinal: trials.count, repetition: repetition, difficulty: difficulty,
                        hostile: hostile)
                    random = maker.random
                    trials.append(trial)
                }
            }
        }
    }

    private static func record(
        seed: UInt64, cases: [BenchCase], arms: [Arm], repeats: Int, timeScale: Double, simulated: Bool
    ) -> RunRecord {
        RunRecord(
            id: RunID(rawValue: "01KAQ8RZ7M5V3XW2T9P4C6D1EF"), status: .complete, startedAt: 1_795_374_785_000_000,
            endedAt: 1_795_374_861_400_000, datasetPath: "datasets/architecture.jsonl", datasetName: "architecture",
            datasetHash: ContentHash.sha256(cases.map(\.hash).joined()), task: .architecture, arms: arms,
            repeats: repeats,
            seed: seed, simulated: simulated, timeScale: timeScale, maxCost: USD("2"), partial: false,
            graderVersion: Grader.version, priceVersion: "2026-11-22", toolVersion: "0.1.0",
            arguments: ["run", "datasets/architecture.jsonl", "--time-scale", "0.05"], prices: .object(.init()),
            environment: RunEnvironment(json: [
                "program": "dirgen-bench",
                "plan": ["calls": JSONValue(cases.count * arms.count), "likely_usd": "1.18", "worst_case_usd": "4.91"],
                "timeouts_ms": ["total": 300_000], "load_model": "closed loop",
                "concurrency": ["gemini": 8, "local": 1],
                "machine": ["os": "Debian GNU/Linux 12", "cores": 2],
            ]))
    }

    private static func cases(_ count: Int) -> [BenchCase] {
        let topics = [
            "an event-driven order pipeline", "a multi-tenant billing service", "un servicio de pagos idempotente",
            "a cache in front of a slow catalogue", "una migración sin parada de servicio",
            "a rate limiter shared by ten nodes",
        ]
        return (0..<count).map { index in
            let number = String(index + 1)
            let id = "arch-" + String(repeating: "0", count: max(0, 3 - number.count)) + number
            let topic = topics[index % topics.count]
            let question =
                "Design \(topic). Name the two trade-offs that matter most and end with a line of the form\nRESULT: <choice>"
            return BenchCase(
                id: id, task: .architecture, group: "group-\(index % 12)",
                messages: [.system("You are a software architect. Be brief."), .user(question)],
                reference: "Choose the log-based design.\n\nRESULT: log",
                assertions: [
                    Assertion(kind: .containsAll, value: ["trade-off", "consistency"], weight: 2, metric: "concepts"),
                    Assertion(kind: .regex, value: "(?m)^RESULT: \\w+$", metric: "format"),
                    Assertion(kind: .icontains, negated: true, value: "as an AI"),
                ], tags: index % 4 == 2 ? ["es"] : ["en"], line: index + 2, hash: ContentHash.sha256(question + id))
        }
    }
}
