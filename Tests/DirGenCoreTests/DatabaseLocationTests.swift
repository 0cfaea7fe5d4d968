import Testing

@testable import DirGenCore

@Suite("Where the database is", .timeLimit(.minutes(1)))
struct DatabaseLocationTests {
    @Test(
        "the path is the option, the variable, or under the state folder",
        arguments: [
            (nil, [:], nil), (nil, ["HOME": "/h"], "/h/.local/state/dirgen/dirgen.sqlite"),
            (nil, ["HOME": "/h", "XDG_STATE_HOME": "/s"], "/s/dirgen/dirgen.sqlite"),
            (nil, ["HOME": "/h", "XDG_STATE_HOME": "relative"], "/h/.local/state/dirgen/dirgen.sqlite"),
            (nil, ["HOME": "/h", "XDG_STATE_HOME": "/s", "DIRGEN_DB": "x.db"], "x.db"),
            (nil, ["HOME": "/h", "DIRGEN_DB": ""], "/h/.local/state/dirgen/dirgen.sqlite"),
            (nil, ["HOME": "/h", "DIRGEN_DB": "~/x.db"], "/h/x.db"),
            ("y.db", ["HOME": "/h", "DIRGEN_DB": "x.db"], "y.db"),
        ] as [(String?, [String: String], String?)])
    func location(option: String?, environment: [String: String], expected: String?) {
        #expect(DatabaseLocation.resolve(option: option, environment: environment) == expected)
    }
}
