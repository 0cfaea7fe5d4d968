import Foundation
import LLMCore
import Testing

@Suite("dirgen-bench keys issue, issued, revoke", .timeLimit(.minutes(5))) final class VirtualKeyCommandTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    private func issued() async throws -> [JSONValue] {
        let outcome = try await program.run("keys", "issued", "--format", "json")
        #expect(outcome.code == 0, "\(outcome.error)")
        return try JSONValue.parse(outcome.output).array ?? []
    }

    /// No file that the program wrote holds a secret; what it printed stands in the files of the test.
    private func expectClean(_ secret: String) {
        let rest = String(secret.dropFirst(4))
        let found = Canary.leaks(below: program.home, [rest]) { name in
            [".in", ".out", ".err"].contains { name.hasSuffix($0) }
        }
        #expect(found.isEmpty, "\(found)")
    }

    @Test("the secret alone is on standard output, once; the list shows the key by its fingerprint")
    func issue() async throws {
        let outcome = try await program.run(
            "keys", "issue", "--name", "team", "--budget", "5", "--models", "groq/*,auto", "--rpm", "60", "--tpm",
            "90000", "--expires", "30d", "--verbose")
        #expect(outcome.code == 0, "\(outcome.error)")
        let secret = String(outcome.output.dropLast())
        #expect(secret.hasPrefix("dgk_") && secret.count == 44 && !secret.contains("\n"), "the output is one line")
        #expect(!outcome.error.contains(secret) && outcome.error.contains("budget 5 USD"), "\(outcome.error)")
        let key = try #require(try await issued().first)
        #expect(key["name"] == "team" && key["state"] == "active" && key["role"] == "use")
        #expect(key["budget_usd"] == "5" && key["left_usd"] == "5" && key["spent_usd"] == "0")
        #expect(key["models"]?.array == ["groq/*", "auto"])
        #expect(key["requests_per_minute"] == 60 && key["tokens_per_minute"] == 90_000)
        #expect(key["fingerprint"]?.string == APIKey(secret).fingerprint.rawValue)
        let (created, expires) = (try #require(key["created_at"]?.int), try #require(key["expires_at"]?.int))
        #expect(abs(expires - created - 30 * 86_400_000_000) < 10_000_000)
        let page = try await program.run("keys", "issued")
        #expect(
            page.output.contains("team") && page.output.contains("groq/*, auto; 60 requests and 90000 tokens a minute"))
        // Rounded: it depends on the moment.
        #expect(page.output.contains(/active, expires in (29|30) d/), "\(page.output)")
        for text in [page.output, page.error] {
            #expect(!text.contains("dgk_") && !text.contains(VirtualKeySecret.hash(secret).prefix(8)))
        }
        expectClean(secret)
    }

    @Test("as JSON the secret is one member, and a key without limits says so")
    func json() async throws {
        let outcome = try await program.run("keys", "issue", "--name", "a", "--role", "admin", "--format", "json")
        let document = try JSONValue.parse(outcome.output)
        #expect(document["secret"]?.string?.count == 44)
        #expect(document["key"]?["role"] == "admin" && document["key"]?["budget_usd"] == .null)
        #expect(document["key"]?["models"]?.array == [] && document["key"]?["expires_at"] == .null)
        #expect(try await issued().map { $0["secret"] } == [nil])
        expectClean(try #require(document["secret"]?.string))
    }

    @Test("a revoked key stays in the list, and its name is free")
    func revoke() async throws {
        for _ in 0..<2 {
            #expect(try await program.run("keys", "issue", "--name", "a").code == 0)
            let taken = try await program.run("keys", "issue", "--name", "a")
            #expect(taken.code == 2 && taken.output.isEmpty && taken.error.contains("not revoked"), "\(taken.error)")
            let revoked = try await program.run("keys", "revoke", "a", "--format", "json")
            #expect(revoked.code == 0, "\(revoked.error)")
            #expect(try JSONValue.parse(revoked.output)["state"] == "revoked")
        }
        #expect(try await issued().map { $0["state"] } == ["revoked", "revoked"])
        let again = try await program.run("keys", "revoke", "a")
        #expect(again.code == 2 && again.error.contains("no virtual key in use"), "\(again.error)")
    }

    @Test("a secret given in place of a name is not repeated")
    func secretAsName() async throws {
        let secret = String(try await program.run("keys", "issue", "--name", "a").output.dropLast())
        let outcome = try await program.run("keys", "revoke", secret, "--verbose")
        #expect(outcome.code == 2 && !outcome.error.contains(secret.dropFirst(4)), "\(outcome.error)")
        expectClean(secret)
    }

    @Test("without a database there is no key, and looking for one makes none")
    func empty() async throws {
        #expect(try await issued().isEmpty)
        #expect(try await program.run("keys", "issued").error.contains("keys issue"))
        #expect(try await program.run("keys", "revoke", "a").code == 2)
        let database = program.home.appending(path: ".local/state/dirgen/dirgen.sqlite")
        #expect(!FileManager.default.fileExists(atPath: database.path))
        #expect(try await program.run("keys", "issue", "--name", "a").code == 0)
        #expect(FileManager.default.fileExists(atPath: database.path))
    }

    @Test(
        "what cannot be is refused before anything is stored",
        arguments: [
            [], ["--name", ""], ["--name", "a", "--budget", "-1"], ["--name", "a", "--models", "gpt-5"],
            ["--name", "a", "--models", "openai/*,"], ["--name", "a", "--rpm", "0"],
            ["--name", "a", "--expires", "0d"],
            ["--name", "a", "--expires", "2020-01-01"], ["--name", "a", "--expires", "soon"],
            ["--name", "a", "--role", "root"], ["--name", "dgk_0123456789abcdef"],
        ])
    func refused(arguments: [String]) async throws {
        let outcome = try await program.run(["keys", "issue"] + arguments)
        #expect(outcome.code == 2 && outcome.output.isEmpty, "\(outcome.output)\(outcome.error)")
        #expect(try await issued().isEmpty)
    }

    @Test("the keys of providers are still what `keys` lists")
    func providers() async throws {
        #expect(try await program.run("keys", "issue", "--name", "virtual").code == 0)
        let listed = try await program.run("keys", environment: ["GROQ_API_KEY": "gsk-a"])
        #expect(listed.output.contains("GROQ_API_KEY") && !listed.output.contains("virtual"))
    }
}
