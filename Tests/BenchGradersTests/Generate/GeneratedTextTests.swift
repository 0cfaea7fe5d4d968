import Foundation
import LLMCore
import Testing

@testable import BenchGraders

/// Questions of dates, units, tables and texts, answered again from their English prompts.
@Suite("Generated texts read again", .timeLimit(.minutes(5)))
struct GeneratedTextTests {
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? calendar.timeZone
        return calendar
    }()

    private static func date(_ text: Substring) throws -> Date {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        return try #require(calendar.date(from: DateComponents(year: parts[0], month: parts[1], day: parts[2])))
    }
    private static func next(_ date: Date) -> Date { calendar.date(byAdding: .day, value: 1, to: date) ?? date }
    private static func text(_ date: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    }

    @Test("days are counted one by one by Foundation's calendar")
    func dates() throws {
        for fixture in DraftFixture.hundred(DateGenerator.self, levels: 1...5) {
            let days = try fixture.prompt.matches(of: /\d{4}-\d\d-\d\d/).map { try Self.date($0.output) }
            var day = days[0]
            switch fixture.level {
            case 1, 2:
                var count = 0
                while day < days[1] { (day, count) = (Self.next(day), count + 1) }
                fixture.expect(count)
            case 3:
                let months = try #require(
                    fixture.prompt.firstMatch(of: /comes (\d+) months/).flatMap { Int($0.output.1) })
                for _ in 0...months {
                    let month = Self.calendar.component(.month, from: day)
                    while Self.calendar.component(.month, from: day) == month { day = Self.next(day) }
                }
                let last = try #require(Self.calendar.date(byAdding: .day, value: -1, to: day))
                #expect(fixture.draft.reference == "DATE: \(Self.text(last))", "\(fixture.prompt)")
            case 4:
                var left = try #require(fixture.prompt.firstMatch(of: /due (\d+) working/).flatMap { Int($0.output.1) })
                while left > 0 {
                    day = Self.next(day)
                    if !Self.calendar.isDateInWeekend(day) { left -= 1 }
                }
                #expect(fixture.draft.reference == "DATE: \(Self.text(day))", "\(fixture.prompt)")
            default:
                var count = 0
                while day < days[1] {
                    day = Self.next(day)
                    let parts = Self.calendar.dateComponents([.day, .weekday], from: day)
                    if parts.day == 13, parts.weekday == 6 { count += 1 }
                }
                fixture.expect(count)
            }
        }
    }

    @Test("units are computed again in floating point")
    func units() throws {
        for fixture in DraftFixture.hundred(UnitGenerator.self, levels: 1...5) {
            let n = fixture.numbers.map(Double.init)
            if fixture.prompt.hasPrefix("The steps") {
                var seconds = 0.0
                for (number, unit) in zip(n, (0..<n.count).map { [3_600.0, 60, 1][$0 % 3] }) {
                    seconds += number * unit
                }
                fixture.expect(seconds)
            } else if fixture.prompt.hasPrefix("A pump") {
                let leak = fixture.prompt.contains("leak") ? n[1] : 0
                let minutes = n[n.count - 2] * 60 + n[n.count - 1]
                fixture.expect((n[0] - leak) * minutes / 1_000)
            } else if fixture.prompt.contains("GB") {
                // 1 GB = 1,000 MB takes three numbers.
                let share = fixture.prompt.contains("usable") ? n[5] / 100 : 1
                fixture.expect(n[0] * 8_000 / (n[4] * share), within: 0.05 + 1e-9)
            } else {
                let reserved = fixture.prompt.contains("reserved") ? n[2] * 1_024 : 0
                fixture.expect(((n[1] * 1_048_576 - reserved) / n[0]).rounded(.down))
            }
        }
    }

    @Test("tables are read again")
    func tables() throws {
        for fixture in DraftFixture.hundred(TableGenerator.self, levels: 1...5) {
            let rows = fixture.prompt.matches(of: /\| (\w+) \| (\d+) \| (\d+) \| (\d+) \|/).map { match in
                (
                    region: String(match.output.1), units: Int(match.output.2) ?? 0, price: Int(match.output.3) ?? 0,
                    back: Int(match.output.4) ?? 0
                )
            }
            switch fixture.level {
            case 1:
                let region = try #require(fixture.prompt.firstMatch(of: /sold in (\w+)/)).output.1
                fixture.expect(rows.filter { $0.region == region }.map(\.units).reduce(0, +))
            case 2:
                let region = try #require(fixture.prompt.firstMatch(of: /revenue of (\w+)/)).output.1
                fixture.expect(rows.filter { $0.region == region }.map { $0.units * $0.price }.reduce(0, +))
            case 3:
                let bound = try #require(fixture.prompt.firstMatch(of: /at least (\d+)/).flatMap { Int($0.output.1) })
                fixture.expect(rows.filter { $0.price >= bound }.map { ($0.units - $0.back) * $0.price }.reduce(0, +))
            default:
                let sums = Dictionary(grouping: rows, by: \.region).values.map {
                    $0.map { ($0.units - $0.back) * $0.price }.reduce(0, +)
                }
                fixture.expect((sums.max() ?? 0) - (sums.min() ?? 0))
            }
        }
    }

    @Test("texts under constraints keep them, counted by hand")
    func constraints() throws {
        for fixture in DraftFixture.hundred(ConstraintTextGenerator.self, levels: 1...5) {
            let lines = fixture.draft.reference.split(separator: "\n").map { $0.split(separator: " ") }
            if let match = fixture.prompt.firstMatch(
                of: /exactly (\d+) words that begins with the word (\w+) and ends with the word (\w+)\./)
            {
                #expect(lines.count == 1 && lines[0].count == Int(match.output.1))
                #expect(lines[0].first == match.output.2 && lines[0].last == match.output.3)
            } else {
                let match = try #require(
                    fixture.prompt.firstMatch(of: /Write (\d+) lines of exactly (\d+) words.*the word (\w+)\./))
                #expect(lines.count == Int(match.output.1) && lines.allSatisfy { $0.count == Int(match.output.2) })
                #expect(String(lines.compactMap { $0.first?.first }) == match.output.3)
                if let banned = fixture.prompt.firstMatch(of: /The letter (\w) must not/) {
                    #expect(!fixture.draft.reference.contains(banned.output.1))
                }
            }
        }
    }

    @Test("facts are extracted again")
    func extraction() throws {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        for fixture in DraftFixture.hundred(ExtractionGenerator.self, levels: 1...5) {
            let properties = fixture.assertion["value"]?["properties"]
            let match = try #require(
                fixture.prompt.firstMatch(
                    of: /our order (\S+) of (\d+) (\w+) (\d+) for (\d+) [a-z ]+ at a total of ([\d.]+) euros/)
            ).output
            #expect(properties?["order"]?["const"]?.string.map { $0 == match.1 } == true)
            let month = try #require(months.firstIndex(of: String(match.3))) + 1
            var date = try Self.date("\(match.4)-\(month)-\(match.2)")
            if fixture.prompt.contains("one week later") { for _ in 0..<7 { date = Self.next(date) } }
            #expect(properties?["date"]?["const"] == .string(Self.text(date)))
            let corrected = fixture.prompt.firstMatch(of: /we need (\d+) pieces/).map(\.output.1) ?? match.5
            #expect(properties?["quantity"]?["const"]?.int == Int(corrected))
            #expect(properties?["total"]?["const"]?.double == Double(match.6))
            let contact = try #require(fixture.prompt.firstMatch(of: /go to ([A-Za-z ]+),/)).output.1
            #expect(properties?["contact"]?["const"]?.string.map { $0 == contact } == true)
        }
    }

    @Test("conversions are made again")
    func conversions() throws {
        for fixture in DraftFixture.hundred(ConversionGenerator.self, levels: 1...5) {
            let body = fixture.draft.reference.replacing("```json\n", with: "").replacing("\n```", with: "")
            let answer = try #require(try JSONValue.parse(body).array)
            if let match = fixture.prompt.firstMatch(of: /from base (\d+) to base (\d+): ([0-9A-F, ]+)\./) {
                let (from, to) = (Int(match.output.1) ?? 0, Int(match.output.2) ?? 0)
                let numbers = match.output.3.split(separator: ", ").compactMap { Int($0, radix: from) }
                #expect(answer.compactMap { $0.string.flatMap { Int($0, radix: to) } } == numbers)
            } else {
                let lines = fixture.prompt.split(separator: "\n").drop { $0 != "```csv" }.dropFirst().dropLast()
                let keys = lines.first.map(Self.fields) ?? []
                #expect(answer.count == lines.count - 1)
                for (line, object) in zip(lines.dropFirst(), answer) {
                    let fields = Self.fields(line)
                    #expect(fields.count == 4 && object.object?.keys == keys)
                    #expect(object[keys[0]]?.string == fields[0])
                    #expect(fields[1].isEmpty ? object[keys[1]] == .null : object[keys[1]]?.string == fields[1])
                    #expect(object[keys[2]]?.int == Int(fields[2]) && object[keys[3]]?.double == Double(fields[3]))
                }
            }
        }
    }

    /// The fields of a line of CSV.
    private static func fields(_ line: some StringProtocol) -> [String] {
        var (fields, isQuoted) = ([""], false)
        let characters = Array(line)
        for (index, character) in characters.enumerated() {
            switch character {
            case "\"":
                if isQuoted || index == 0 || characters[index - 1] != "\"" {
                    isQuoted.toggle()
                } else {
                    fields[fields.count - 1].append("\"")
                    isQuoted.toggle()
                }
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
