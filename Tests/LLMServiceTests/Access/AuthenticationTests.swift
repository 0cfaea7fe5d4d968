import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("Authentication by virtual keys", .timeLimit(.minutes(1)))
struct AuthenticationTests {
    private let clock = ManualClock()
    private let store = ScriptedKeyStore()
    private var control: AccessControl { AccessControl(store: store, time: clock.source) }

    private func refusal(
        of secret: String?, _ control: AccessControl
    ) async -> AccessRefusal.Code? {
        do {
            _ = try await control.authenticate(secret)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("as long as no key was issued everybody passes, whatever they present", arguments: [nil, "", "sk-anything"])
    func open(secret: String?) async throws {
        #expect(try await control.authenticate(secret) == nil)
    }

    @Test("each reason for a refusal has its code")
    func codes() async throws {
        let end = ManualClock.wallStart + 1_000_000
        for key in [
            VirtualKeyFixtures.key("a"), VirtualKeyFixtures.key("b", expiresAt: end), VirtualKeyFixtures.key("c"),
        ] {
            try await store.issue(key)
        }
        _ = try await store.revokeVirtualKey(VirtualKeyFixtures.key("c").id, at: ManualClock.wallStart)
        let control = control
        #expect(try await control.authenticate("dgk_a")?.key.name == "a")
        #expect(try await control.authenticate("dgk_b")?.key.name == "b")
        clock.advance(by: .seconds(1))
        let cases: [(String?, AccessRefusal.Code)] = [
            (nil, .keyMissing), ("", .keyMissing), ("dgk_d", .keyUnknown), ("dgk_A", .keyUnknown),
            ("dgk_a ", .keyUnknown),
            (VirtualKeySecret.hash("dgk_a"), .keyUnknown), ("dgk_b", .keyExpired), ("dgk_c", .keyRevoked),
        ]
        for (secret, code) in cases { #expect(await refusal(of: secret, control) == code, "\(secret ?? "none")") }
    }

    @Test("no refusal repeats a secret or holds a hash")
    func silent() async throws {
        try await store.issue(VirtualKeyFixtures.key("a"))
        _ = try await store.revokeVirtualKey(VirtualKeyFixtures.key("a").id, at: 1)
        for secret in ["dgk_a", "dgk_other"] {
            let error = await #expect(throws: AccessRefusal.self) { try await control.authenticate(secret) }
            let text = "\(error.map { "\($0)" } ?? "")"
            #expect(!text.contains(secret) && !text.contains(VirtualKeySecret.hash(secret).prefix(8)))
        }
    }

    @Test("once all keys are revoked a key is still needed")
    func closed() async throws {
        try await store.issue(VirtualKeyFixtures.key("a"))
        _ = try await store.revokeVirtualKey(VirtualKeyFixtures.key("a").id, at: 1)
        #expect(await refusal(of: nil, control) == .keyMissing)
    }

    @Test("within a second of its reading a copy serves without the store")
    func hotPath() async throws {
        try await store.issue(VirtualKeyFixtures.key("a"))
        let control = control
        for _ in 0..<1_000 {
            #expect(try await control.authenticate("dgk_a") != nil)
            clock.advance(by: .microseconds(990))
        }
        #expect(store.counts == .init(versions: 1, lists: 1))
        for _ in 0..<5 {
            clock.advance(by: .seconds(1))
            _ = try await control.authenticate("dgk_a")
        }
        #expect(store.counts == .init(versions: 6, lists: 1), "the list is read again only when it has changed")
    }

    @Test("a key that another process revokes is refused within a second")
    func revoked() async throws {
        try await store.issue(VirtualKeyFixtures.key("a"))
        let control = control
        #expect(try await control.authenticate("dgk_a") != nil)
        _ = try await store.revokeVirtualKey(VirtualKeyFixtures.key("a").id, at: 1)
        #expect(try await control.authenticate("dgk_a") != nil, "the copy is a moment old")
        clock.advance(by: .seconds(1))
        #expect(try control.authenticateFromMemory("dgk_a") == nil)
        #expect(await refusal(of: "dgk_a", control) == .keyRevoked)
    }

    @Test("a key that was just issued works at once, and wrong secrets look at the store twenty times a second at most")
    func issued() async throws {
        try await store.issue(VirtualKeyFixtures.key("a"))
        let control = control
        _ = try await control.authenticate("dgk_a")
        clock.advance(by: .milliseconds(60))
        try await store.issue(VirtualKeyFixtures.key("b"))
        #expect(try await control.authenticate("dgk_b")?.key.name == "b")
        let before = store.counts.versions
        for _ in 0..<200 {
            #expect(await refusal(of: "dgk_guess", control) == .keyUnknown)
            clock.advance(by: .milliseconds(1))
        }
        #expect(store.counts.versions - before <= 4)
    }

    @Test("while the store cannot be read a copy serves for ten seconds, and then nobody passes")
    func failures() async throws {
        try await store.issue(VirtualKeyFixtures.key("a"))
        let control = control
        _ = try await control.authenticate("dgk_a")
        store.failReads(true)
        clock.advance(by: .milliseconds(9_999))
        #expect(try await control.authenticate("dgk_a") != nil)
        clock.advance(by: .milliseconds(1))
        #expect(await refusal(of: "dgk_a", control) == .unavailable)
        #expect(await refusal(of: nil, AccessControl(store: store, time: clock.source)) == .unavailable)
        store.failReads(false)
        #expect(try await control.authenticate("dgk_a") != nil)
    }

    @Test("many requests that find an old copy wait for one look at the store")
    func oneLook() async throws {
        try await store.issue(VirtualKeyFixtures.key("a"))
        let control = control
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { try await control.authenticate("dgk_a") != nil } }
            for try await passed in group { #expect(passed) }
        }
        #expect(store.counts.versions == 1)
    }

    @Test("only an admin's key manages the service", arguments: VirtualKey.Role.allCases)
    func admin(role: VirtualKey.Role) {
        let grant = AccessGrant(key: VirtualKeyFixtures.key("a", role: role))
        do {
            try grant.requireAdmin()
            #expect(role == .admin)
        } catch {
            #expect(role == .use && error.code == .adminNeeded)
        }
    }

    @Test("the upkeep keeps the copy fresh, so that no request waits for the store")
    func upkeep() async throws {
        try await store.issue(VirtualKeyFixtures.key("a"))
        let control = AccessControl(
            store: store, options: .init(trustCopyFor: .seconds(60), refreshEvery: .milliseconds(2)))
        #expect(try await control.authenticate("dgk_a") != nil)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await control.run() }
            _ = try await store.revokeVirtualKey(VirtualKeyFixtures.key("a").id, at: 1)
            try await until {
                do throws(AccessRefusal) { return try control.authenticateFromMemory("dgk_a") == nil } catch {
                    return error.code == .keyRevoked
                }
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
