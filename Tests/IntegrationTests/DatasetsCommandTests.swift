import Foundation
import LLMCore
import Testing

@Suite("The commands of datasets", .timeLimit(.minutes(5))) final class DatasetsCommandTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    private func file(_ name: String, _ rows: [String]) throws -> String {
        let file = program.home.appending(path: name)
        try Data((rows.joined(separator: "\n") + "\n").utf8).write(to: file)
        return file.path
    }

    private func row(_ id: String, group: String, reference: String = "RESULT: 4", bad: String = "RESULT: 5") -> String
    {
        #"{"id":"\#(id)","task":"general","group":"\#(group)","input":"What is two and two in puzzle \#(id)? Last line: RESULT: <number>","reference":"\#(reference)","bad_answers":["\#(bad)"],"assert":[{"type":"numeric","value":4,"after":"RESULT:"}],"tags":["en"]}"#
    }

    @Test("validate: 0 where everything holds, 2 with every reason where something does not")
    func validate() async throws {
        let good = try file("good.jsonl", [row("a", group: "g"), row("b", group: "h")])
        let sound = try await program.run("datasets", "validate", good, "--format", "json")
        let document = try JSONValue.parse(sound.output)
        #expect(sound.code == 0 && document["cases"] == 2 && document["references_pass"] == 2, "\(sound.error)")
        #expect(document["bad_answers_fail"] == 2 && document["valid"] == true)

        let bad = try file(
            "bad.jsonl",
            [row("a", group: "g", reference: "RESULT: 5"), row("b", group: "g", bad: "RESULT: 4"), #"{"id":"c"}"#])
        let broken = try await program.run("datasets", "validate", bad, good)
        #expect(broken.code == 2)
        #expect(broken.output.contains("bad.jsonl:1: a: the reference fails: numeric: expected 4"), "\(broken.output)")
        #expect(broken.output.contains("bad.jsonl:2: b: bad answer 1 passes"))
        #expect(broken.output.contains("bad.jsonl:3:1: ") && broken.output.contains("cases 4"))
        #expect(try await program.run("datasets", "validate", program.home.path + "/none.jsonl").code == 2)
    }

    @Test("stats describes a file, and what the runs in the database say about its cases")
    func stats() async throws {
        let path = try file("set.jsonl", (0..<12).map { row("c\($0)", group: "g\($0 / 2)") })
        let before = try await program.run("datasets", "stats", path, "--format", "json")
        let document = try JSONValue.parse(before.output)
        #expect(before.code == 0 && document["results"] == .null, "\(before.error)")
        #expect(document["files"]?[0]?["cases"] == 12 && document["files"]?[0]?["languages"]?["en"] == 12)
        let run = try await program.run(
            "run", path, "--simulate", "--models", "openai/gpt-6-luna", "local/ai/smollm3", "--out",
            "reports")
        #expect(run.code == 0, "\(run.error)")
        let after = try JSONValue.parse(
            try await program.run("datasets", "stats", path, "--simulate", "--format", "json").output)
        #expect(after["results"]?["models"]?.array?.count == 2 && after["results"]?["compared"] == 12)
        let page = try await program.run("datasets", "stats", path, "--simulate")
        #expect(
            page.code == 0 && page.output.contains("12 cases in 6 groups") && page.output.contains("DISCRIMINATION"))
    }

    @Test("a sample and a conversion are files that can be read again; what a format lacks is an error with its line")
    func files() async throws {
        let path = try file("set.jsonl", (0..<12).map { row("c\($0)", group: "g\($0 / 6)") })
        let sample = try await program.run("datasets", "sample", path, "--count", "4", "--seed", "7")
        let again = try await program.run("datasets", "sample", path, "--count", "4", "--seed", "7")
        #expect(sample.code == 0 && sample.output == again.output)
        let drawn = try file("sample.jsonl", [sample.output])
        let checked = try await program.run("datasets", "validate", drawn, "--format", "json")
        let document = try JSONValue.parse(checked.output)
        #expect(checked.code == 0 && document["cases"] == 4, "\(checked.error)")
        let refused = try await program.run("datasets", "convert", path, "--to", "promptfoo")
        #expect(refused.code == 2 && refused.output.isEmpty)
        #expect(refused.error.contains("set.jsonl:1: c0: promptfoo has no assertion numeric"), "\(refused.error)")
        #expect(try await program.run("datasets", "convert", path, "--to", "dirgen").code == 0)
    }
}
