import Foundation
import LLMCore
import Testing

@testable import BenchGraders

/// A generated case of the tests.
struct DraftFixture {
    let level: Int
    let draft: CaseDraft

    /// A hundred cases of a generator, by levels in turn.
    static func hundred(_ kind: any CaseGenerator.Type, levels: ClosedRange<Int>, in language: FreshLanguage = .english)
        -> [DraftFixture]
    {
        var found: [DraftFixture] = []
        var seed: UInt64 = 0
        while found.count < 100, seed < 20_000 {
            seed += 1
            let level = levels.lowerBound + found.count % levels.count
            var draw = Draw(seed: seed, kind.name)
            if let draft = kind.draft(&draw, level: level, in: language) {
                found.append(DraftFixture(level: level, draft: draft))
            }
        }
        return found
    }

    var prompt: String { draft.prompt }
    /// The first assertion.
    var assertion: JSONValue { draft.assertions.first ?? .null }
    /// The whole numbers of the prompt in order; a sign is not read.
    var numbers: [Int] { prompt.matches(of: /\d+/).compactMap { Int($0.output) } }
    /// The value that the answer must have.
    var value: Double { assertion["value"]?.double ?? .nan }

    /// Expects the value of another way to compute it.
    func expect(_ value: Double, within tolerance: Double = 1e-9, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect((self.value - value).magnitude <= tolerance, "\(prompt)", sourceLocation: sourceLocation)
    }

    func expect(_ value: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        expect(Double(value), sourceLocation: sourceLocation)
    }

    /// All assertions hold of the answer; `nil` for one that is judged elsewhere, by running it.
    func passes(_ answer: String) throws -> Bool? {
        var all = true
        for assertion in draft.assertions {
            guard let one = try Self.passes(answer, assertion) else { return nil }
            all = all && one
        }
        return all
    }

    private static func passes(_ answer: String, _ assertion: JSONValue) throws -> Bool? {
        switch assertion["type"]?.string {
        case "plan":
            var statement = assertion.object ?? [:]
            statement["type"] = nil
            if case .holds = try PlanProblem(statement).judge(answer) { return true }
            return false
        case "numeric":
            guard let marker = assertion["after"]?.string, let place = answer.range(of: marker, options: .backwards),
                let match = answer[place.upperBound...].firstMatch(of: /-?\d+(?:\.\d+)?/),
                let value = Double(match.output), let wanted = assertion["value"]?.double
            else { return false }
            return (value - wanted).magnitude <= (assertion["tolerance"]?.double ?? 0) + 1e-9
        case "regex":
            let pattern = try NSRegularExpression(pattern: assertion["value"]?.string ?? "")
            return pattern.firstMatch(in: answer, range: NSRange(answer.startIndex..., in: answer)) != nil
        case "not-icontains":
            return !answer.lowercased().contains(assertion["value"]?.string ?? "")
        case "word-count": return answer.split(whereSeparator: \.isWhitespace).count == assertion["value"]?.int
        case "contains-json":
            let body = answer.replacing("```json\n", with: "").replacing("\n```", with: "")
            guard let value = try? JSONValue.parse(body), let schema = assertion["value"] else { return false }
            return fits(value, schema)
        default: return nil
        }
    }

    /// The few keywords that the generators use.
    private static func fits(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        if let constant = schema["const"] { return same(value, constant) }
        if let items = schema["prefixItems"]?.array {
            return value.array?.count == items.count && zip(value.array ?? [], items).allSatisfy { fits($0, $1) }
        }
        return (schema["properties"]?.object ?? [:]).allSatisfy { member in
            value[member.key].map { fits($0, member.value) } ?? false
        }
    }

    private static func same(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if let left = left.double, let right = right.double { return left == right }
        return left == right
    }
}

/// Python, where it is installed: another implementation of programs and of SQL.
enum Python {
    static let isPresent = run("print(6 * 7)") == "42\n"

    /// What a program prints; `nil` where it fails.
    static func run(_ source: String) -> String? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        DispatchQueue.global().async {
            try? input.fileHandleForWriting.write(contentsOf: Data(source.utf8))
            try? input.fileHandleForWriting.close()
        }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
    }

    /// A text as a literal: that of JSON is one.
    static func literal(_ text: String) -> String { JSONValue.string(text).text }
}
