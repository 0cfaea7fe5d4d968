import LLMCore
import Testing

@testable import BenchCore

@Suite("the environment of a run", .timeLimit(.minutes(1)))
struct RunEnvironmentTests {
    /// As version 0.1.0 wrote it.
    private static let document =
        #"{"plan":{"calls":12,"likely_usd":"0.0213","worst_case_usd":"0.0941"},"warnings":["left out xai/grok-4: auth"],"#
        + #""load_model":"closed loop","concurrency":{"gemini":8,"local":1},"retries":2,"via":"direct","#
        + #""process":{"pid":4711,"started":"123456","boot":"b1","namespace":"pid:[4026531836]"},"#
        + #""program":"dirgen-bench","timeouts_ms":{"connect":3000,"first_token":60000,"idle":30000,"total":300000},"#
        + #""local_load_ms":{"local/ai/gemma3-qat":null,"local/ai/smollm3":1234.567891}}"#

    @Test("a stored document is read whole and written back byte by byte")
    func stored() throws {
        let environment = RunEnvironment(json: try JSONValue.parse(Self.document))
        #expect(environment.plan == .init(calls: 12, likely: USD("0.0213") ?? .zero, worstCase: USD("0.0941") ?? .zero))
        #expect(environment.warnings == ["left out xai/grok-4: auth"])
        #expect(environment.loadModel == "closed loop")
        #expect(environment.concurrency == ["gemini": 8, "local": 1])
        #expect(environment.retries == 2 && environment.route == .direct && environment.program == "dirgen-bench")
        #expect(environment.process?["pid"]?.int == 4_711)
        #expect(
            environment.timeouts == .init(connect: 3_000, firstToken: 60_000, idle: 30_000, total: 300_000))
        #expect(
            environment.localLoads == [
                ModelID(provider: .local, name: "ai/gemma3-qat"): .failed,
                ModelID(provider: .local, name: "ai/smollm3"): .loaded(milliseconds: 1_234.567891),
            ])
        #expect(environment.others.isEmpty)
        #expect(environment.json.text == Self.document)
    }

    @Test(
        "what this version does not know is kept and written back",
        arguments: [
            #"{"machine":{"os":"Debian GNU/Linux 12","cores":2}}"#,
            #"{"program":"dirgen-bench","via":"proxy","retries":"two"}"#,
            #"{"plan":{"calls":3},"timeouts_ms":300,"concurrency":{"gemini":"many"},"local_load_ms":{"local/a":"x"}}"#,
            #"{"warnings":["text",1],"process":null,"load_model":null}"#,
        ])
    func unknown(document: String) throws {
        let json = try JSONValue.parse(document)
        let environment = RunEnvironment(json: json)
        #expect(environment.json == json)
        #expect(RunEnvironment(json: environment.json) == environment)
    }

    @Test("nothing recorded is unknown, not empty", arguments: ["{}", "null", "[]", "7"])
    func nothing(document: String) throws {
        let environment = RunEnvironment(json: try JSONValue.parse(document))
        #expect(environment == RunEnvironment())
        #expect(environment.warnings == nil && environment.concurrency == nil && environment.json.text == "{}")
    }

    @Test("unknown parts of a known member are ignored")
    func parts() {
        let environment = RunEnvironment(json: ["timeouts_ms": ["total": 5, "upload": 1]])
        #expect(environment.timeouts == .init(total: 5) && environment.others.isEmpty)
    }
}
