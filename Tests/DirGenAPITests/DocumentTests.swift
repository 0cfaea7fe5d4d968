import Foundation
import LLMCore
import TestSupport
import Testing

@testable import DirGenAPI

@Suite("Documents that programs read", .timeLimit(.minutes(1)))
struct DocumentTests {
    @Test("each decodes back to an equal value, from its values and from its bytes", arguments: Sample.all)
    func roundTrip(sample: Sample) throws {
        for document in [sample.full, sample.bare] { try expectRoundTrip(document) }
    }

    private func expectRoundTrip(_ document: some Document) throws {
        let json = try document.json()
        #expect(try type(of: document).init(json: json) == document)
        #expect(try type(of: document).init(json: JSONValue.parse(json.prettyText)) == document, "\(json.text)")
    }

    @Test(
        "what is unknown is null under the same key: the members of a document do not depend on its content",
        arguments: Sample.all)
    func sameMembers(sample: Sample) throws {
        let (full, bare) = (try sample.full.json(), try sample.bare.json())
        #expect(Self.keys(full) == Self.keys(bare))
    }

    /// Of the document, or of the elements where it is a list.
    private static func keys(_ json: JSONValue) -> [String]? { json.object?.keys ?? json[0]?.object?.keys }

    @Test("no member is in camel case, money is a decimal string and an instant a whole number", arguments: Sample.all)
    func spelling(sample: Sample) throws {
        // The table's file has the members of the stored table, which were always in camel case.
        guard !(sample.full is SelectionTable) else { return }
        for (key, value) in (try sample.full.json().object ?? .init()).map({ ($0.key, $0.value) }) {
            #expect(key == key.lowercased(), "\(key)")
            if key.hasSuffix("_usd"), !value.isNull { #expect(value.string != nil, "\(key)") }
            if key.hasSuffix("_at"), !value.isNull { #expect(value.int != nil, "\(key)") }
        }
    }

    @Test("the same document is the same bytes, maps included")
    func stable() throws {
        let counts = Dictionary(uniqueKeysWithValues: (0..<50).map { ("reason \($0)", $0) })
        let document = PriceImportDocument(file: "f", imported: 1, byProvider: counts, skipped: counts)
        let text = try document.json().text
        for _ in 0..<5 {
            let again = PriceImportDocument(
                file: "f", imported: 1, byProvider: Dictionary(uniqueKeysWithValues: counts.shuffled()), skipped: counts
            )
            #expect(try again.json().text == text)
        }
    }

    @Test("a seed beyond 63 bits and a sum of pico-dollars keep every digit")
    func digits() throws {
        let sample = try #require(Sample.all.first { $0.full is RunDetailDocument })
        let json = try sample.full.json()
        #expect(json["seed"]?.number?.literal == "18446744073709551609")
        #expect(json["max_cost_usd"]?.string == "1.500000000007")
    }

    @Test("a whole number is read however it is written, and no other number for one", arguments: ["5", "5.0", "5e0"])
    func wholeNumbers(literal: String) throws {
        let text = #"{"model":"m","input_tokens":\#(literal),"output_tokens":0}"#
        #expect(try EstimateRequestDocument(json: JSONValue.parse(text)).inputTokens == 5)
        let other = text.replacing(literal, with: "5.5")
        #expect(throws: DecodingError.self) { try EstimateRequestDocument(json: JSONValue.parse(other)) }
    }

    @Test("a line of an export is a document of its kind, member by member", arguments: Sample.exportLines)
    func exportLine(text: String) throws {
        let json = try JSONValue.parse(text)
        let document = try ExportLineDocument(json: json)
        #expect(try document.json() == json)
        #expect(try document.json().object?.keys.first == "type")
    }

    @Test("a table's file is read back, also one that an older version wrote")
    func table() throws {
        let table = BenchFixtures.table(arms: [BenchFixtures.arm(), BenchFixtures.arm("xai/grok-4")], draws: 4_000)
        #expect(try SelectionTable(bytes: JSONEncoder().encode(table)) == table)
        #expect(try SelectionTable(bytes: Data(try table.json().prettyText.utf8)) == table)
        #expect(throws: (any Error).self) { try SelectionTable(bytes: Data("{}".utf8)) }
        // Before there were groups, and with draws as lists.
        var old = try #require(try table.json().object)
        (old["clusters"], old["independentCases"]) = (nil, nil)
        var row = try #require(old["rows"]?.array?.first?.object)
        row["draws"] = ["quality": [0.5, 0.25], "costUSD": [0.125, 0.5], "respP95": [.null, 2]]
        old["rows"] = [.object(row)]
        let read = try SelectionTable(bytes: Data(JSONValue.object(old).prettyText.utf8))
        #expect(read.clusters == 80 && read.independentCases == 80)
        #expect(read.rows[0].draws == SelectionDraws(quality: [0.5, 0.25], costUSD: [0.125, 0.5], respP95: [nil, 2]))
    }

    @Test("members that this version does not know are left alone, and a wrong kind is an error that names its place")
    func foreign() throws {
        let document = ModelUnloadDocument(unloaded: 1, stillLoaded: [])
        var object = try #require(try document.json().object)
        object["later"] = ["x": 1]
        #expect(try ModelUnloadDocument(json: .object(object)) == document)
        object["unloaded"] = "one"
        let error = #expect(throws: DecodingError.self) { try ModelUnloadDocument(json: .object(object)) }
        guard case .typeMismatch(_, let context) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(context.codingPath.map(\.stringValue) == ["unloaded"])
    }
}
