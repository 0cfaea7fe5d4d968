import LLMCore
import TestSupport
import Testing

@Suite("Virtual keys", .timeLimit(.minutes(1)))
struct VirtualKeyTests {
    @Test("a secret has the prefix and forty characters of base 62, and is another each time")
    func form() {
        let secrets = (0..<200).map { _ in VirtualKeySecret.make().reveal() }
        #expect(Set(secrets).count == 200)
        for secret in secrets {
            #expect(secret.hasPrefix("dgk_") && secret.count == 44)
            #expect(secret.dropFirst(4).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        }
        // Every character of the alphabet occurs: 8,000 draws miss one of 62 once in 10^54 times.
        #expect(Set(secrets.joined().dropFirst(4)).subtracting(["_"]).count == 62)
    }

    @Test("a secret comes from the random source that is given")
    func seeded() {
        var (one, same, other) = (SeededGenerator(seed: 1), SeededGenerator(seed: 1), SeededGenerator(seed: 2))
        let secret = VirtualKeySecret.make(using: &one)
        #expect(secret == VirtualKeySecret.make(using: &same))
        #expect(secret != VirtualKeySecret.make(using: &other))
    }

    @Test(
        "the stored hash is neither that of a provider's key nor of the bare secret, and begins as no fingerprint does")
    func hash() {
        let secret = VirtualKeySecret.make()
        let hash = VirtualKeySecret.hash(secret.reveal())
        #expect(hash.count == 64 && hash != ContentHash.sha256(secret.reveal()))
        #expect(!hash.hasPrefix(secret.fingerprint.rawValue.prefix(6)))
    }

    @Test(
        "hashes are equal where every byte is",
        arguments: [
            ("", "", true), ("a", "a", true), ("a", "b", false), ("ab", "a", false), ("a", "ab", false),
            ("abcd", "abce", false), ("abcd", "bbcd", false), ("", "a", false),
        ])
    func equality(left: String, right: String, expected: Bool) {
        #expect(VirtualKeySecret.areEqual(left, right) == expected)
    }

    @Test("a hash that differs in one place, whichever, is not equal")
    func everyPlace() {
        let hash = VirtualKeySecret.hash("dgk_x")
        for place in hash.indices {
            var other = hash
            other.replaceSubrange(place...place, with: hash[place] == "0" ? "1" : "0")
            #expect(!VirtualKeySecret.areEqual(hash, other))
        }
    }

    @Test(
        "a key is active until it expires or is revoked",
        arguments: [
            (nil, nil, .active), (11, nil, .active), (10, nil, .expired), (9, nil, .expired), (nil, 3, .revoked),
            (9, 3, .revoked), (11, 12, .revoked),
        ] as [(Int64?, Int64?, VirtualKey.State)])
    func states(expires: Int64?, revoked: Int64?, state: VirtualKey.State) {
        var key = VirtualKeyFixtures.key(expiresAt: expires)
        key.revokedAt = revoked
        #expect(key.state(at: 10) == state)
    }

    @Test("a key is printed by name and fingerprint, without its hash")
    func description() {
        let key = VirtualKeyFixtures.key("team")
        #expect("\(key)" == "team [\(key.fingerprint)]")
    }
}

@Suite("Patterns of models", .timeLimit(.minutes(1)))
struct ModelPatternTests {
    @Test(
        "patterns are read and written alike",
        arguments: [
            "openai/gpt-5", "groq/openai/gpt-oss-120b", "local/ai/smollm3", "groq/*", "auto", "auto/planning",
            "auto/own", "fast",
        ])
    func roundTrip(text: String) {
        #expect(ModelPattern(text)?.description == text)
    }

    @Test(
        "what names no model is refused",
        arguments: [
            "", "fa*t", "*", "*/x", "open*/x", "openai/gpt-*", "openai/", "/x", "auto/", "auto/p*", "a b/c", "a/\u{7}",
        ])
    func refused(text: String) {
        #expect(ModelPattern(text) == nil)
    }

    private static let gpt = ModelChoice.model(ModelID(provider: "openai", name: "gpt-5"))
    private static let oss = ModelChoice.model(ModelID(provider: "groq", name: "openai/gpt-oss-120b"))

    @Test(
        "a pattern covers what it names and nothing else",
        arguments: [
            ("openai/gpt-5", gpt, .general, true), ("openai/gpt-5", oss, .general, false),
            ("openai/gpt-5-mini", gpt, .general, false), ("openai/*", gpt, .general, true),
            ("openai/*", oss, .general, false), ("groq/*", oss, .planning, true), ("openai/*", .auto, .general, false),
            ("auto", .auto, .general, true), ("auto", .auto, .planning, true), ("auto", gpt, .general, false),
            ("auto/*", .auto, .planning, true), ("auto/planning", .auto, .planning, true),
            ("auto/planning", .auto, .general, false), ("auto/planning", gpt, .planning, false),
            ("auto/validation", .auto, .verification, true),
        ] as [(String, ModelChoice, TaskType, Bool)])
    func covers(pattern: String, choice: ModelChoice, task: TaskType, expected: Bool) throws {
        let pattern = try #require(ModelPattern(pattern))
        #expect(pattern.covers(choice, task: task) == expected)
        #expect(VirtualKey.Limits(models: [pattern]).allow(choice, task: task) == expected)
        #expect(VirtualKey.Limits().allow(choice, task: task))
    }

    @Test("an alias covers requests by that name, and no other of the same model")
    func alias() throws {
        let limits = VirtualKey.Limits(models: [try #require(ModelPattern("fast"))])
        #expect(limits.allow(Self.gpt, task: .general, alias: "fast"))
        #expect(limits.allow(.auto, task: .planning, alias: "fast"))
        #expect(!limits.allow(Self.gpt, task: .general))
        #expect(!limits.allow(Self.gpt, task: .general, alias: "slow"))
        let model = VirtualKey.Limits(models: [try #require(ModelPattern("openai/gpt-5"))])
        #expect(model.allow(Self.gpt, task: .general, alias: "fast"))
    }
}

@Suite("The budget of a virtual key", .timeLimit(.minutes(1)))
struct KeyBudgetTests {
    private static func renewal(_ lease: String, spent: Int64 = 0, wanted: Int64) -> LeaseRenewal {
        LeaseRenewal(
            lease: BudgetLeaseID(rawValue: lease), key: VirtualKeyID(rawValue: "k"),
            usage: VirtualKeyUsage(spent: USD(pico: spent)), wanted: USD(pico: wanted), expiresAt: 1)
    }

    private static func budget(_ limit: Int64) -> KeyBudget {
        KeyBudget(limit: USD(pico: limit), usage: .init(), leases: [])
    }

    @Test("a forfeited block counts as spent and assumed; its process, alive after all, takes it over again")
    func forfeiture() {
        var budget = Self.budget(100)
        _ = budget.renew(Self.renewal("a", spent: 10, wanted: 40))
        budget.forfeit(BudgetLeaseID(rawValue: "a"))
        budget.forfeit(BudgetLeaseID(rawValue: "a"))
        #expect(budget.usage.spent.pico == 50 && budget.usage.assumed.pico == 40 && budget.reserved == .zero)
        // Nothing more is free than before.
        #expect(budget.renew(Self.renewal("b", wanted: 100)).held.pico == 50)
        let late = budget.renew(Self.renewal("a", spent: 30, wanted: 20))
        #expect(late.held.pico == 20 && late.spent.pico == 30 && budget.usage.assumed == .zero)
    }

    @Test(
        "what is spent and held never exceeds the budget, whatever order leases renew and are forfeited in",
        arguments: 0..<20)
    func walk(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var budget = Self.budget(1_000)
        var spent = [Int64](repeating: 0, count: 5)
        var held = [Int64](repeating: 0, count: 5)
        for _ in 0..<300 {
            let lease = Int.random(in: 0..<5, using: &random)
            if Int.random(in: 0..<10, using: &random) == 0 { budget.forfeit(BudgetLeaseID(rawValue: "\(lease)")) }
            spent[lease] += Int64.random(in: 0...held[lease], using: &random)
            let wanted = Int64.random(in: 0...300, using: &random)
            held[lease] = budget.renew(Self.renewal("\(lease)", spent: spent[lease], wanted: wanted)).held.pico
            #expect(held[lease] <= wanted)
            #expect(budget.usage.spent.pico + budget.reserved.pico <= 1_000)
        }
        for lease in 0..<5 { _ = budget.renew(Self.renewal("\(lease)", spent: spent[lease], wanted: 0)) }
        #expect(budget.usage.spent.pico == spent.reduce(0, +) && budget.reserved == .zero)
        #expect(budget.usage.assumed == .zero)
    }
}
