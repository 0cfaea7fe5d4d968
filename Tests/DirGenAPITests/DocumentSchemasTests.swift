import BenchCore
import LLMCore
import TestSupport
import Testing

@testable import DirGenAPI

@Suite("Schemas of documents", .timeLimit(.minutes(1)))
struct DocumentSchemasTests {
    /// Documents with members that depend on their content, which no operation of a server answers with.
    private static let irregular: [any Document.Type] = [
        AnswerEventDocument.self, ExportLineDocument.self, LogLineDocument.self, QuoteDocument.self,
        ReportDocument.self,
        SelectionTable.self,
    ]
    /// Documents that leave out what is empty, or hold any JSON.
    private static let open: [any Document.Type] = [ModelPrice.self, SelectionRequestDocument.self]

    private static let samples = Sample.all.filter { sample in
        !irregular.contains { $0 == type(of: sample.full) }
    }

    /// A schema that stands alone, from the components of an OpenAPI document.
    private static func schema(_ type: any Document.Type) throws -> JSONSchema {
        var schemas = DocumentSchemas()
        let root = try schemas.answer(type)
        let text = JSONValue.object(["allOf": [root], "$defs": .object(schemas.components)]).text
        return try JSONSchema(JSONValue.parse(text.replacing("#/components/schemas/", with: "#/$defs/")))
    }

    @Test(
        "each document fits the schema that its reading gives, with all known and with as little as can be",
        arguments: samples)
    func fits(sample: Sample) throws {
        let schema = try Self.schema(type(of: sample.full))
        for document in [sample.full, sample.bare] {
            let json = try document.json()
            #expect(try schema.violation(of: json) == nil, "\(json.text)")
        }
    }

    @Test(
        "a document without one of its members, or with another kind of value there, does not fit",
        arguments: samples.filter { sample in !open.contains { $0 == type(of: sample.full) } })
    func misfits(sample: Sample) throws {
        let schema = try Self.schema(type(of: sample.full))
        for member in try sample.full.json().object ?? [:] {
            var object = try sample.full.json().object ?? [:]
            object[member.key] = nil
            #expect(try schema.violation(of: .object(object)) != nil, "without \(member.key)")
            // Any JSON fits where the document says so.
            guard member.value.object == nil, !member.value.isNull else { continue }
            object[member.key] = [["a list": "of objects"]]
            #expect(try schema.violation(of: .object(object)) != nil, "another \(member.key)")
        }
    }
}
