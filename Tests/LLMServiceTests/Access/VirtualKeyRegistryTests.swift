import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("The management of virtual keys", .timeLimit(.minutes(1)))
struct VirtualKeyRegistryTests {
    private let clock = ManualClock()
    private let store = MemoryStore()
    private var registry: VirtualKeyRegistry { VirtualKeyRegistry(store: store, time: clock.source) }

    @Test("an issued key has what was ordered, and a secret that authenticates it")
    func issue() async throws {
        let limits = VirtualKeyFixtures.full.limits
        let order = VirtualKeyOrder(name: "a", role: .admin, limits: limits, expiresAt: ManualClock.wallStart + 1)
        let issued = try await registry.issue(order)
        #expect(try await registry.list() == [issued.key])
        #expect(issued.key.limits == limits && issued.key.role == .admin && issued.key.expiresAt == order.expiresAt)
        #expect(issued.key.createdAt == ManualClock.wallStart && issued.key.fingerprint == issued.secret.fingerprint)
        let control = AccessControl(store: store, time: clock.source)
        #expect(try await control.authenticate(issued.secret.reveal())?.key == issued.key)
    }

    @Test(
        "an order that cannot be is refused",
        arguments: [
            VirtualKeyOrder(name: ""), VirtualKeyOrder(name: " "), VirtualKeyOrder(name: "a\n"),
            VirtualKeyOrder(name: "a\u{1B}[31m"), VirtualKeyOrder(name: String(repeating: "a", count: 65)),
            VirtualKeyOrder(name: "dgk_0123456789abcdef"), VirtualKeyOrder(name: "sk-0123456789abcdef"),
            VirtualKeyOrder(name: "a", expiresAt: ManualClock.wallStart),
            VirtualKeyOrder(name: "a", limits: .init(budget: USD(pico: -1))),
            VirtualKeyOrder(name: "a", limits: .init(requestsPerMinute: 0)),
            VirtualKeyOrder(name: "a", limits: .init(tokensPerMinute: -5)),
        ])
    func invalid(order: VirtualKeyOrder) async throws {
        let error = await #expect(throws: VirtualKeyError.self) { try await registry.issue(order) }
        #expect(error?.reason == .invalid)
        #expect(try await registry.list().isEmpty)
    }

    @Test("a name is taken until its key is revoked")
    func names() async throws {
        let first = try await registry.issue(VirtualKeyOrder(name: "a"))
        let error = await #expect(throws: VirtualKeyError.self) { try await registry.issue(VirtualKeyOrder(name: "a")) }
        #expect(error?.reason == .nameTaken)
        #expect(try await registry.revoke(named: "a").id == first.key.id)
        clock.advance(by: .seconds(1))
        let second = try await registry.issue(VirtualKeyOrder(name: "a"))
        #expect(try await registry.list().map(\.id) == [first.key.id, second.key.id])
        #expect(try await registry.revoke(named: "a").id == second.key.id)
    }

    @Test("a key is revoked by its name, identifier or fingerprint, once", arguments: 0..<3)
    func revoke(way: Int) async throws {
        let key = try await registry.issue(VirtualKeyOrder(name: "a")).key
        let name = [key.name, key.id.rawValue, key.fingerprint.rawValue][way]
        let revoked = try await registry.revoke(named: name)
        #expect(revoked.id == key.id && revoked.revokedAt == ManualClock.wallStart)
        let error = await #expect(throws: VirtualKeyError.self) { try await registry.revoke(named: name) }
        #expect(error?.reason == .unknown)
    }

    @Test("a secret given in place of a name is not repeated")
    func secretAsName() async throws {
        let issued = try await registry.issue(VirtualKeyOrder(name: "a"))
        let error = await #expect(throws: VirtualKeyError.self) {
            try await registry.revoke(named: issued.secret.reveal())
        }
        #expect(error?.message.contains("dgk_") == false)
        #expect(!"\(issued)".contains(issued.secret.reveal().dropFirst(4)), "nor printed with what holds it")
    }
}
