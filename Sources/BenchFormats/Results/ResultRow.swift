import BenchCore
import LLMCore

/// The columns of a file of results.
enum ResultColumn: String, CaseIterable {
    case dataset, task
    case promptID = "prompt_id"
    case prompt, group, model, score
    case inputTokens = "input_tokens"
    case outputTokens = "output_tokens"
    case cost = "cost_usd"
    case latency = "latency_s"

    static let required: [ResultColumn] = [.task, .promptID, .model, .score]
}

/// One row of a file of results, as text by column; what is not there is unknown.
struct ResultRow {
    /// One thing wrong with it.
    struct Fault: Error {
        var column: ResultColumn
        var message: String
    }

    private var fields: [ResultColumn: String] = [:]

    /// An empty field is unknown.
    subscript(column: ResultColumn) -> String? {
        get { fields[column] }
        set { fields[column] = newValue.flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// - Parameter dataset: Where the row names none.
    func result(dataset: String) throws(Fault) -> ImportedResult {
        ImportedResult(
            dataset: try name(.dataset) ?? dataset, task: TaskType(try required(.task)),
            promptID: try required(.promptID), prompt: self[.prompt], group: try name(.group),
            model: try required(.model), score: try score(),
            inputTokens: try count(.inputTokens), outputTokens: try count(.outputTokens), cost: try cost(),
            latency: try number(.latency, "seconds, 0 or more") { $0 >= 0 && $0 < 1e8 }.map { $0 * 1_000 })
    }

    private func required(_ column: ResultColumn) throws(Fault) -> String {
        guard let text = try name(column) else { throw Fault(column: column, message: "is empty") }
        return text
    }

    /// The same name is the same bytes, however its letters were composed.
    private func name(_ column: ResultColumn) throws(Fault) -> String? {
        guard let text = self[column] else { return nil }
        guard !text.hasControlCharacter else {
            throw Fault(column: column, message: "holds a line break or another control character")
        }
        return text.nfc
    }

    private func number(
        _ column: ResultColumn, _ expected: String, where allowed: (Double) -> Bool
    ) throws(Fault) -> Double? {
        guard let text = self[column] else { return nil }
        guard let value = Double(text), value.isFinite, allowed(value) else { throw fault(column, expected, text) }
        return value
    }

    private func fault(_ column: ResultColumn, _ expected: String, _ text: String) -> Fault {
        Fault(column: column, message: "expected \(expected), found \(text.shown(limit: 40)); unknown is empty")
    }

    private func score() throws(Fault) -> Double? {
        switch self[.score]?.lowercased() {
        case "true": 1
        case "false": 0
        default: try number(.score, "a number from 0 to 1") { (0...1).contains($0) }
        }
    }

    private func count(_ column: ResultColumn) throws(Fault) -> Int? {
        // Columns with a gap are written as fractions by data frames: 120.0.
        try number(column, "a whole number") { $0 >= 0 && $0 < 1e15 && $0.rounded() == $0 }.map { Int($0) }
    }

    private func cost() throws(Fault) -> USD? {
        guard let text = self[.cost] else { return nil }
        if let exact = USD(text), exact >= .zero { return exact }
        // 1.2e-05, or more digits than a pico-dollar has.
        return try number(.cost, "dollars, 0 or more") { $0 >= 0 && $0 < 1e6 }.flatMap(USD.init(estimate:))
    }
}
