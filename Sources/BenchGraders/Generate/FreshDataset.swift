package import LLMCore

/// A dataset of new cases, made from a seed: the same seed gives the same bytes on every machine, and no model has seen them.
package struct FreshDataset: Sendable {
    /// The tasks for which there are generators, with these.
    private static let generators: [(task: TaskType, kinds: [any CaseGenerator.Type])] = [
        (
            "planning",
            [
                ScheduleGenerator.self, BlocksGenerator.self, RouteGenerator.self, OrderGenerator.self,
                BudgetGenerator.self,
            ]
        ),
        ("complex_generation", [QueryGenerator.self, PipelineGenerator.self]),
        ("verification", [ProgramOutputGenerator.self, PlanCheckGenerator.self]),
        (
            "general",
            [DateGenerator.self, UnitGenerator.self, ConstraintTextGenerator.self, TableGenerator.self]
        ),
        ("simple_generation", [ExtractionGenerator.self, ConversionGenerator.self]),
        (
            "architecture",
            [
                AvailabilityGenerator.self, CapacityGenerator.self, QuorumGenerator.self, PartitionGenerator.self,
            ]
        ),
    ]

    package static var tasks: [TaskType] { generators.map(\.task) }

    /// The most cases of one file.
    package static let mostCases = 100_000

    package let task: TaskType
    package let seed: UInt64
    private let kinds: [any CaseGenerator.Type]

    /// `nil` for a task without generators.
    package init?(task: TaskType, seed: UInt64) {
        guard let found = FreshDataset.generators.first(where: { $0.task == task }) else { return nil }
        self.task = task
        self.seed = seed
        kinds = found.kinds
    }

    /// The lines of the file: a header and `count` rows. A smaller count gives the beginning of a larger one's rows.
    package func lines(count: Int) -> [String] {
        var seen: Set<String> = []
        var lines = [header.text]
        for index in 0..<max(0, count) { lines.append(row(index, &seen).text) }
        return lines
    }

    private var header: JSONValue {
        [
            "$dataset": "dirgen.dataset/1", "name": .string("fresh-\(task.rawValue)"),
            "version": .string("seed-\(seed)"),
            "task": .string(task.rawValue),
            "defaults": ["template": false, "params": ["temperature": 0, "max_tokens": 2_048]],
        ]
    }

    /// Shares of the difficulties 1 to 5: 15, 25, 30, 20 and 10 %.
    private static let levels = [3, 1, 2, 4, 3, 2, 5, 3, 1, 4, 2, 3, 2, 4, 3, 1, 5, 2, 3, 4]

    private func row(_ index: Int, _ seen: inout Set<String>) -> JSONValue {
        let (round, position) = index.quotientAndRemainder(dividingBy: kinds.count)
        let kind = kinds[position]
        let level = FreshDataset.levels[(round + position * 7) % FreshDataset.levels.count]
        let language: FreshLanguage = (round + position) % 4 == 3 ? .spanish : .english
        var attempt = 0
        while true {
            var draw = Draw(seed: seed, "\(kind.name)/\(index)/\(attempt)")
            attempt += 1
            // A small problem comes up again: an attempt in vain costs nothing, but it must end.
            guard let draft = kind.draft(&draw, level: level, in: language),
                seen.insert(draft.prompt).inserted || attempt > 200
            else { continue }
            return draft.row(
                id: "fresh-\(task.rawValue)-\(seed)-\(index + 1)", generator: kind.name, seed: seed, level: level,
                language)
        }
    }
}

/// A maker of cases of one kind.
protocol CaseGenerator: Sendable {
    /// The group of its cases.
    static var name: String { get }
    /// A case of a difficulty from 1 to 5; `nil` where what was drawn makes none, and is to be drawn again.
    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft?
}

enum FreshLanguage: String, Sendable {
    case english = "en"
    case spanish = "es"

    func callAsFunction(_ english: String, _ spanish: String) -> String { self == .english ? english : spanish }

    /// The marker of a number at the end.
    var result: String { self("RESULT:", "RESULTADO:") }

    /// The instruction to end with a number.
    var askForResult: String {
        self(
            "Finish with a last line RESULT: <number>.",
            "Termina con una última línea RESULTADO: <número>, con punto decimal y sin separador de miles.")
    }
}

/// A case before it has an id: its prompt, what passes and what does not.
struct CaseDraft: Sendable {
    var prompt: String
    var reference: String
    /// Each nearly right, none of them passing.
    var badAnswers: [String]
    var assertions: [JSONValue]

    /// A case whose answer ends with a number.
    ///
    /// - Parameters:
    ///   - value: As a JSON literal.
    ///   - wrong: Nearly right values; those that are right after all are left out.
    init(
        prompt: String, in language: FreshLanguage, value: Decimals, wrong: [Decimals], tolerance: Decimals? = nil,
        working: String = ""
    ) {
        let text = value.literal
        self.prompt = prompt + "\n" + language.askForResult
        reference = (working.isEmpty ? "" : working + "\n\n") + "\(language.result) \(text)"
        var assertion: JSONObject = ["type": "numeric", "value": value.json, "after": .string(language.result)]
        assertion["tolerance"] = tolerance?.json
        assertions = [.object(assertion)]
        badAnswers = wrong.filter { !$0.isNear(value, tolerance) }.map { "\(language.result) \($0.literal)" }
        badAnswers.append(text)
    }

    init(prompt: String, reference: String, badAnswers: [String], assertions: [JSONValue]) {
        self.prompt = prompt
        self.reference = reference
        self.badAnswers = badAnswers
        self.assertions = assertions
    }

    func row(id: String, generator: String, seed: UInt64, level: Int, _ language: FreshLanguage) -> JSONValue {
        var unique: [String] = []
        for answer in badAnswers where !unique.contains(answer) && answer != reference { unique.append(answer) }
        return [
            "id": .string(id), "group": .string(generator), "input": .string(prompt), "reference": .string(reference),
            "bad_answers": .array(unique.map(JSONValue.string)), "assert": .array(assertions),
            "tags": [.string(language.rawValue)],
            "metadata": [
                "difficulty": JSONValue(level), "generator": .string(generator),
                "seed": .number(JSONNumber(uncheckedLiteral: String(seed))),
            ],
        ]
    }
}
