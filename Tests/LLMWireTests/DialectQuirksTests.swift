import Foundation
import LLMCore
import Testing

@testable import LLMWire

@Suite("Quirks as data", .timeLimit(.minutes(2)))
struct DialectQuirksTests {
    @Test("a row that states nothing is the generic server, and one field changes that field alone")
    func partialRows() throws {
        let empty = try JSONDecoder().decode(DialectQuirks.self, from: Data("{}".utf8))
        #expect(empty == .generic)
        let one = try JSONDecoder().decode(DialectQuirks.self, from: Data(#"{"done_marker_optional":true}"#.utf8))
        #expect(one == DialectQuirks(doneMarkerOptional: true))
    }

    @Test("every preset survives being written and read")
    func roundTrip() throws {
        for (name, quirks) in DialectQuirks.presets {
            let data = try JSONEncoder().encode(quirks)
            #expect(try JSONDecoder().decode(DialectQuirks.self, from: data) == quirks, "\(name)")
        }
    }
}
