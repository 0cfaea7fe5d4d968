import LLMCore
import Testing

@testable import BenchGraders

@Suite("Plans of the other worlds", .timeLimit(.minutes(5)))
struct PlanWorldTests {
    private static let transport = PlanFixture(
        #"{"world":"transport","roads":[["A","B",5],["B","C",2]],"trucks":{"t1":{"at":"A","capacity":2}},"#
            + #""packages":{"p1":{"at":"B","size":1},"p2":{"at":"B","size":2}},"goal":{"p1":"C","t1":"C"},"optimal":7}"#
    )

    private static func steps(_ text: String) -> String {
        let steps = text.split(separator: ";").map { step -> JSONValue in
            let words = step.split(separator: " ").map(String.init)
            let key = words[0] == "drive" ? "to" : "package"
            return .object(
                JSONObject([
                    .init(key: "action", value: .string(words[0])), .init(key: "truck", value: .string(words[1])),
                    .init(key: key, value: .string(words[2])),
                ]))
        }
        return JSONValue.array(steps).text
    }

    @Test(
        "a transport plan is driven road by road",
        arguments: [
            ("drive t1 B;load t1 p1;drive t1 C;unload t1 p1", nil),
            ("drive t1 b;load T1 P1;drive t1 c;unload t1 p1", nil),
            ("drive t1 C", "no road from a to c"),
            ("load t1 p1", "p1 is not at a"),
            ("drive t1 B;load t1 p1;load t1 p2", "holds 1 of 2 already"),
            ("drive t1 B;load t1 p1;drive t1 C", "p1 is not at c"),
            ("drive t1 B;unload t1 p1", "p1 is not in t1"),
            ("drive t2 B", "no such truck"), ("drive t1 B;load t1 p9", "no such package"),
            ("drive t1 B;drive t1 A;drive t1 B;load t1 p1;drive t1 C;unload t1 p1", "distance 17, expected at most 7"),
            ("drive t1 B;load t1 p1;drive t1 C;unload t1 p1;drive t1 B", "t1 is not at c"),
        ] as [(String, String?)])
    func transport(text: String, reason: String?) throws {
        let answer = Self.steps(text)
        try Self.transport.expect(answer, reason)
        try Self.transport.expect("A first try: `[]`.\n```json\n\(answer)\n```\nThat is all.", reason)
        try Self.transport.expect("{\"plan\": \(answer)}", reason)
    }

    @Test("steps that are no steps, and answers without any, fail with a reason")
    func noTransport() throws {
        try Self.transport.expect("", "a JSON array of steps")
        try Self.transport.expect("[{\"action\":\"drive\"}]", "step 1 cannot be read")
        try Self.transport.expect("[{\"action\":\"fly\",\"truck\":\"t1\",\"package\":\"p1\"}]", "no such action")
    }

    private static let schedule = PlanFixture(
        #"{"world":"schedule","tasks":{"a":{"duration":3,"resource":"crew"},"b":{"duration":2,"after":["a"]},"#
            + #""c":{"duration":4,"resource":["crew","room"],"release":1,"deadline":8},"#
            + #""d":{"duration":1,"after":[{"task":"b","lag":2}]}},"#
            + #""resources":{"crew":1,"room":{"capacity":1,"blocked":[[2,3]]}},"optimal":8}"#)

    @Test(
        "a schedule keeps durations, predecessors, resources, windows and deadlines",
        arguments: [
            (#"{"a":0,"b":3,"c":3,"d":7}"#, nil), (#"{"A":{"start":0},"b":{"start":3},"c":3,"d":7}"#, nil),
            (#"{"schedule":{"a":0,"b":3,"c":3,"d":7},"makespan":8}"#, nil),
            (#"{"a":0,"b":3,"c":3}"#, "d has no start"), (#"{"a":0,"b":2,"c":3,"d":7}"#, "a ends at 3"),
            (#"{"a":0,"b":3,"c":3,"d":6}"#, "2 must lie between"), (#"{"a":0,"b":3,"c":0,"d":7}"#, "released at 1"),
            (#"{"a":0,"b":3,"c":5,"d":7}"#, "after its deadline 8"),
            (#"{"a":4,"b":7,"c":3.5,"d":11}"#, "crew is used by"), (#"{"a":5,"b":8,"c":1,"d":12}"#, "room is blocked"),
            (#"{"a":0,"b":4,"c":3,"d":8}"#, "ends at 9, expected at most 8"), ("the 4th", "a JSON object"),
            (#"{"a":0,"b":2,"b":3,"c":3,"d":7}"#, "an object in the JSON has a member twice"),
        ] as [(String, String?)])
    func schedule(answer: String, reason: String?) throws { try Self.schedule.expect(answer, reason) }

    @Test("a resource may need a changeover between families, and hold several tasks at once")
    func changeover() throws {
        let fixture = PlanFixture(
            #"{"world":"schedule","tasks":{"a":{"duration":2,"resource":"m","family":"x"},"b":{"duration":2,"resource":"m","family":"y"},"#
                + #""c":{"duration":2,"resource":"m","family":"x"},"d":{"duration":3,"resource":"n"},"e":{"duration":3,"resource":"n"},"#
                + #""f":{"duration":3,"resource":"n"}},"resources":{"m":{"changeover":1},"n":2}}"#)
        try fixture.expect(#"{"a":0,"c":2,"b":5,"d":0,"e":0,"f":3}"#, nil)
        try fixture.expect(#"{"a":0,"c":2,"b":4,"d":0,"e":0,"f":3}"#, "m needs 1 between c and b")
        try fixture.expect(#"{"a":0,"b":3,"c":5,"d":0,"e":0,"f":3}"#, "m needs 1 between b and c")
        try fixture.expect(#"{"a":0,"c":2,"b":5,"d":0,"e":1,"f":2}"#, "n is used by f")
    }

    private static let order = PlanFixture(
        #"{"world":"order","items":["api","db","web","log"],"before":[["db","api"]],"adjacent":[["api","web"]],"#
            + #""not_adjacent":[["db","log"]],"last":"log","not_position":{"web":[3]}}"#)

    @Test(
        "an order keeps its rules",
        arguments: [
            (#"["db","web","api","log"]"#, nil), ("1. db\n2. **web**\n3. `api`\n4. log", nil),
            ("The order:\n- DB\n- web\n- api\n- log", nil), (#"{"order":["db","web","api","log"]}"#, nil),
            (#"["db","api","web","log"]"#, "web must not be at place 3"),
            (#"["log","db","web","api"]"#, "log is at place 1"),
            (#"["web","api","db","log"]"#, "db must come before api"), (#"["db","web","api"]"#, "log is missing"),
            (#"["db","web","api","log","db"]"#, "twice"), (#"["db","web","api","log","x"]"#, "\"x\" is not an item"),
            ("", "a JSON array of the items"),
        ] as [(String, String?)])
    func order(answer: String, reason: String?) throws { try Self.order.expect(answer, reason) }

    @Test("neighbours and distances are checked")
    func distances() throws {
        let fixture = PlanFixture(
            #"{"world":"order","items":["a","b","c","d"],"adjacent":[["a","b"]],"apart":[["a","d",3]],"not_adjacent":[["b","d"]]}"#
        )
        try fixture.expect(#"["a","b","c","d"]"#, nil)
        try fixture.expect(#"["a","c","b","d"]"#, "must be neighbours")
        try fixture.expect(#"["c","b","a","d"]"#, "3 places apart")
    }

    private static let budget = PlanFixture(
        #"{"world":"budget","items":{"x":{"cost":5,"value":8,"needs":["y"],"kind":"k"},"y":{"cost":4,"value":1},"#
            + #""z":{"cost":6,"value":9,"excludes":["x"],"uses":{"racks":2}},"w":{"cost":3,"value":4,"kind":"k"}},"#
            + #""budget":13,"kinds":{"k":{"min":1,"max":1}},"limits":{"racks":2},"optimal":13}"#)

    @Test(
        "a choice keeps the budget and its rules",
        arguments: [
            (#"["z","w"]"#, nil), ("Chosen:\n```json\n[\"Z\", \"w\", \"y\"]\n```", nil),
            (#"["x","z"]"#, "x needs y"), (#"["x","y"]"#, "value 9, expected at least 13"),
            (#"["z"]"#, "0 of kind k, at least 1"), (#"["x","y","w"]"#, "2 of kind k, at most 1"),
            (#"["x","y","z"]"#, "z excludes x"), (#"["w","w"]"#, "chosen twice"), (#"["w","q"]"#, "is not an item"),
            ("[]", "0 of kind k"), ("none", "a JSON array"),
        ] as [(String, String?)])
    func budget(answer: String, reason: String?) throws { try Self.budget.expect(answer, reason) }

    @Test("a choice beyond the budget or a limit fails")
    func limits() throws {
        let fixture = PlanFixture(
            #"{"world":"budget","items":{"x":{"cost":0.1,"uses":{"gpu":2}},"y":{"cost":0.2,"uses":{"gpu":1}},"z":{"cost":0.1}},"budget":0.3,"limits":{"gpu":2}}"#
        )
        try fixture.expect(#"["y","z"]"#, nil)
        try fixture.expect(#"["x","y"]"#, "uses 3 gpu of 2")
        try fixture.expect(#"["x","y","z"]"#, "costs 0.4")
    }

    @Test(
        "a problem that cannot be simulated is refused with all its faults",
        arguments: [
            (#"{"world":"chess"}"#, "world: expected one of blocks"), (#"{}"#, "world: expected"),
            (#"{"world":"blocks","init":[["a","a"]],"goal":[["on","a","q"]]}"#, "stands in it twice; goal[0]"),
            (#"{"world":"transport","roads":[["A","B"]],"trucks":{"t":{"at":"C"}},"goal":{"p":"A"}}"#, "on no road"),
            (
                #"{"world":"schedule","tasks":{"a":{"after":["b"]}}}"#,
                "expected a \"duration\"; tasks.a.after[0]: \"b\" is not"
            ),
            (#"{"world":"order","items":["a"],"before":[["a"]],"colour":1}"#, "colour: unknown key; before[0]"),
            (#"{"world":"budget","items":{"a":{"cost":-1,"needs":"b"}},"exact":1}"#, "exact: expected true or false"),
        ])
    func invalid(json: String, part: String) {
        let error = #expect(throws: PlanProblem.Invalid.self) { try PlanProblem(PlanFixture(json).statement) }
        #expect(error?.description.contains(part) == true, "\(error.map(String.init(describing:)) ?? "")")
    }
}
