import Foundation
import LLMCore
import LLMService
import Synchronization
import TestSupport
import Testing

@testable import DirGenCore

/// Virtual keys in a database that several processes share.
@Suite("Budgets in one database", .timeLimit(.minutes(3)))
struct SharedBudgetTests {
    private static let model = ModelChoice.model(ModelID(provider: "openai", name: "gpt-5"))

    private static func open(_ folder: String) throws -> any ServiceStore {
        let configuration = try Configuration.load(
            .init(database: folder + "/dirgen.sqlite"), environment: ["HOME": folder], directory: folder)
        return try #require(try configuration.openStore(.readWrite))
    }

    /// What the clients paid, and have in flight at its worst.
    private final class Witness: Sendable {
        let sums = Mutex(Sums())
    }
    private struct Sums: Sendable {
        var paid = USD.zero
        var inFlight = USD.zero
        var peak = USD.zero
        var admitted = 0
    }

    @Test("two controls on two handles never exceed a budget together, and lose not a pico-dollar", arguments: 0..<4)
    func twoHandles(seed: Int) async throws {
        let folder = try TemporaryFolder()
        let stores = [try Self.open(folder.path), try Self.open(folder.path)]
        let budget = USD(pico: 1_000_000)
        let issued = try await VirtualKeyRegistry(store: stores[0]).issue(
            VirtualKeyOrder(name: "shared", limits: .init(budget: budget)))
        let leases = LeasePolicy(spare: USD(pico: 20_000), pause: .milliseconds(1))
        let controls = stores.map { AccessControl(store: $0, options: .init(leases: leases)) }
        let witness = Witness()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<64 {
                let control = controls[client % 2]
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(seed * 100 + client))
                    let grant = try #require(try await control.authenticate(issued.secret.reveal()))
                    for _ in 0..<40 {
                        let worst = USD(pico: Int64.random(in: 1...4_000, using: &random))
                        guard let hold = try? await control.admit(grant, model: Self.model, worstCase: worst) else {
                            break
                        }
                        witness.sums.withLock { sums in
                            sums.inFlight += worst
                            sums.admitted += 1
                            sums.peak = max(sums.peak, sums.paid + sums.inFlight)
                        }
                        await Task.yield()
                        let cost = USD(pico: Int64.random(in: 0...worst.pico, using: &random))
                        witness.sums.withLock { sums in
                            sums.inFlight -= worst
                            sums.paid += cost
                        }
                        control.settle(hold, cost: cost, tokens: 1)
                    }
                }
            }
            try await group.waitForAll()
        }
        for control in controls { await control.close() }
        let found = witness.sums.withLock(\.self)
        let key = try #require(try await stores[1].virtualKeys().first)
        #expect(found.peak <= budget && found.admitted > 100)
        #expect(key.usage.spent == found.paid && key.usage.requests == found.admitted && key.reserved == .zero)
    }

    @Test("a revocation by another handle counts within a second of its clock")
    func revoked() async throws {
        let folder = try TemporaryFolder()
        let (one, other) = (try Self.open(folder.path), try Self.open(folder.path))
        let clock = ManualClock()
        let control = AccessControl(store: one, time: clock.source)
        #expect(try await control.authenticate(nil) == nil, "open as long as there is no key")
        let issued = try await VirtualKeyRegistry(store: other).issue(VirtualKeyOrder(name: "a"))
        clock.advance(by: .seconds(1))
        let error = await #expect(throws: AccessRefusal.self) { try await control.authenticate(nil) }
        #expect(error?.code == .keyMissing)
        #expect(try await control.authenticate(issued.secret.reveal())?.key == issued.key)
        _ = try await VirtualKeyRegistry(store: other).revoke(named: "a")
        clock.advance(by: .seconds(1))
        let refusal = await #expect(throws: AccessRefusal.self) {
            try await control.authenticate(issued.secret.reveal())
        }
        #expect(refusal?.code == .keyRevoked)
    }

    @Test("kill -9 in the middle of spending forfeits the block at most, and the budget holds")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try await Self.spendUntilKilled(in: path)
        }
        let lines = try String(contentsOfFile: path + "/paid", encoding: .utf8).split(separator: "\n")
        let paid = lines.compactMap { Int64($0) }.reduce(USD.zero) { $0 + USD(pico: $1) }
        #expect(lines.count >= 500)
        let store = try Self.open(path)
        let left = try #require(try await store.virtualKeys().first)
        let block = left.reserved
        #expect(block > .zero && block <= Self.spare + USD(pico: 8 * 1_000))
        let control = AccessControl(store: store)
        var others = USD.zero
        let grant = AccessGrant(key: left)
        while let hold = try? await control.admit(grant, model: Self.model, worstCase: USD(pico: 1_000)) {
            control.settle(hold, cost: USD(pico: 1_000), tokens: nil)
            others += USD(pico: 1_000)
        }
        #expect(paid + others <= Self.budget)
        #expect(paid + others + block + USD(pico: 1_000) > Self.budget, "all but the block is there to be spent")
    }

    private static let budget = USD(pico: 20_000_000)
    private static let spare = USD(pico: 100_000)

    /// Eight clients spend and write down what they paid, until one kills the process.
    private static func spendUntilKilled(in folder: String) async throws {
        let store = try open(folder)
        let issued = try await VirtualKeyRegistry(store: store).issue(
            VirtualKeyOrder(name: "shared", limits: .init(budget: budget)))
        let control = AccessControl(store: store, options: .init(leases: LeasePolicy(spare: spare)))
        let log = Glibc.open(folder + "/paid", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(client))
                    for number in 0..<10_000 {
                        let worst = USD(pico: Int64.random(in: 1...1_000, using: &random))
                        let hold = try await control.admit(
                            AccessGrant(key: issued.key), model: model, worstCase: worst)
                        let line = "\(worst.pico)\n"
                        _ = write(log, line, line.utf8.count)
                        control.settle(hold, cost: worst, tokens: nil)
                        if number.isMultiple(of: 50) { await control.flush() }
                        if client == 0, number == 400 { kill(getpid(), SIGKILL) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("a service hands out the keys of its database, and none where that is only read")
    func facade() async throws {
        let folder = try TemporaryFolder()
        let configuration = try Configuration.load(
            .init(database: folder.path + "/dirgen.sqlite"), environment: ["HOME": folder.path], directory: folder.path)
        #expect(try configuration.virtualKeys(.readOnly) == nil)
        let secret = try await withDirGen(configuration) { dirgen in
            let issued = try await #require(dirgen.virtualKeys).issue(VirtualKeyOrder(name: "a"))
            let control = try #require(dirgen.accessControl())
            #expect(try await control.authenticate(issued.secret.reveal())?.key.name == "a")
            return issued.secret
        }
        try await withDirGen(configuration, database: .readOnly) { dirgen in
            #expect(dirgen.virtualKeys == nil && dirgen.accessControl() == nil)
        }
        let keys = try await #require(try configuration.virtualKeys(.readOnly)).list()
        #expect(keys.map(\.fingerprint) == [secret.fingerprint])
    }
}
