package import LLMCore

/// The contract of stores of virtual keys.
package enum VirtualKeyConformance {
    package typealias Store = any VirtualKeyStore

    package static let checks: [ConformanceCheck<Store>] = [
        .init("every field of a key comes back, in the order of identifiers") { store in
            let bare = VirtualKeyFixtures.key("bare")
            try await store.issue(VirtualKeyFixtures.full)
            try await store.issue(bare)
            try requireEqual(try await store.virtualKeys(), [bare, VirtualKeyFixtures.full], "the keys")
        },
        .init("a name is unique among the keys that are not revoked") { store in
            try await store.issue(VirtualKeyFixtures.key("a"))
            var again = VirtualKeyFixtures.key("b")
            again = VirtualKey(
                id: again.id, name: "a", secretHash: again.secretHash, fingerprint: again.fingerprint, createdAt: 1)
            try await requireConflict { try await store.issue(again) }
            try requireEqual(
                try await store.revokeVirtualKey(VirtualKeyFixtures.key("a").id, at: 5), true, "the revocation")
            try await store.issue(again)
            try requireEqual(try await store.virtualKeys().map(\.name), ["a", "a"], "the names")
        },
        .init("a key is revoked once, and stays in the list") { store in
            let key = VirtualKeyFixtures.key()
            try requireEqual(try await store.revokeVirtualKey(key.id, at: 5), false, "revoking a key that is not there")
            try await store.issue(key)
            try requireEqual(try await store.revokeVirtualKey(key.id, at: 5), true, "the revocation")
            try requireEqual(try await store.revokeVirtualKey(key.id, at: 6), false, "the second revocation")
            try requireEqual(try await store.virtualKeys().map(\.revokedAt), [5], "the instant")
        },
        .init("the version grows with every key that is issued or revoked, and with nothing else") { store in
            var versions = [try await store.virtualKeysVersion()]
            let key = VirtualKeyFixtures.key("a", budget("1"))
            try await store.issue(key)
            versions.append(try await store.virtualKeysVersion())
            try await store.issue(VirtualKeyFixtures.key("b"))
            versions.append(try await store.virtualKeysVersion())
            _ = try await store.revokeVirtualKey(key.id, at: 5)
            versions.append(try await store.virtualKeysVersion())
            try require(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 }, "versions \(versions)")
            _ = try await store.renewLease(renewal(of: key, spent: "0.1", wanted: "0.2"))
            try requireEqual(try await store.virtualKeysVersion(), versions.last, "the version after a lease")
        },
        .init("a block is as much of the wanted one as the budget has, beside what others hold") { store in
            let key = VirtualKeyFixtures.key("a", budget("1"))
            try await store.issue(key)
            let first = try await store.renewLease(renewal(of: key, wanted: "0.75"))
            try requireEqual(first, balance(held: "0.75", spent: "0", elsewhere: "0"), "the first block")
            let second = try await store.renewLease(renewal("l2", of: key, wanted: "0.75"))
            try requireEqual(second, balance(held: "0.25", spent: "0", elsewhere: "0.75"), "the rest")
            let third = try await store.renewLease(renewal("l3", of: key, wanted: "0.000000000001"))
            try requireEqual(third.held, .zero, "a block where nothing is left")
            try requireEqual(try await store.virtualKeys().map(\.reserved), [money("1")], "what is reserved")
        },
        .init("usage is a total: sent twice it counts once, and a returned block is free for others") { store in
            let key = VirtualKeyFixtures.key("a", budget("1"))
            try await store.issue(key)
            _ = try await store.renewLease(renewal(of: key, wanted: "1"))
            for _ in 0..<2 {
                let kept = try await store.renewLease(renewal(of: key, spent: "0.25", wanted: "0.5"))
                try requireEqual(kept, balance(held: "0.5", spent: "0.25", elsewhere: "0"), "a renewal")
            }
            for _ in 0..<2 {
                let returned = try await store.renewLease(renewal(of: key, spent: "0.5"))
                try requireEqual(returned, balance(held: "0", spent: "0.5", elsewhere: "0"), "the return")
            }
            let other = try await store.renewLease(renewal("l2", of: key, spent: "0.125", wanted: "1"))
            try requireEqual(other, balance(held: "0.375", spent: "0.625", elsewhere: "0"), "another's block")
            let found = try await store.virtualKeys().first
            let usage = VirtualKeyUsage(
                spent: money("0.625"), assumed: money("0.002"), requests: 6, tokens: 14, unpriced: 2)
            try requireEqual(found?.usage, usage, "the usage of all leases")
            try requireEqual(found?.reserved, money("0.375"), "what is reserved")
        },
        .init("a bill above its worst case is recorded, and leaves no block") { store in
            let key = VirtualKeyFixtures.key("a", budget("1"))
            try await store.issue(key)
            _ = try await store.renewLease(renewal(of: key, wanted: "1"))
            let over = try await store.renewLease(renewal(of: key, spent: "1.5", wanted: "0.25"))
            try requireEqual(over, balance(held: "0", spent: "1.5", elsewhere: "0"), "the balance")
        },
        .init("a key without a budget has usage, and needs no block") { store in
            let key = VirtualKeyFixtures.key("a")
            try await store.issue(key)
            let found = try await store.renewLease(renewal(of: key, spent: "2", wanted: "1"))
            try requireEqual(found, balance(held: "0", spent: "2", elsewhere: "0"), "the balance")
        },
        .init("there is no lease on a key that is not there") { store in
            try await requireConflict {
                _ = try await store.renewLease(renewal(of: VirtualKeyFixtures.key(), wanted: "1"))
            }
        },
        .init("blocks taken at once never exceed the budget") { store in
            let key = VirtualKeyFixtures.key("a", budget("1"))
            try await store.issue(key)
            let held = try await withThrowingTaskGroup(of: USD.self) { group in
                for number in 0..<40 {
                    group.addTask { try await store.renewLease(renewal("l\(number)", of: key, wanted: "0.03")).held }
                }
                return try await group.reduce(USD.zero) { $0 + $1 }
            }
            try requireEqual(held, money("1"), "the sum of the blocks")
        },
        .init("a cancelled caller's renewal is done all the same") { store in
            let key = VirtualKeyFixtures.key("a", budget("1"))
            try await store.issue(key)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await store.renewLease(renewal(of: key, spent: "0.5", wanted: "0.25")).held
            }
            try requireEqual(try await task.value, money("0.25"), "the block")
            try requireEqual(try await store.virtualKeys().map(\.usage.spent), [money("0.5")], "the spending")
        },
    ]

    private static func money(_ text: String) -> USD { USD(text) ?? .zero }

    private static func budget(_ text: String) -> VirtualKey.Limits { VirtualKey.Limits(budget: money(text)) }

    private static func balance(held: String, spent: String, elsewhere: String) -> LeaseBalance {
        LeaseBalance(held: money(held), spent: money(spent), reservedElsewhere: money(elsewhere))
    }

    private static func renewal(
        _ lease: String = "l1", of key: VirtualKey, spent: String = "0", wanted: String = "0"
    ) -> LeaseRenewal {
        let usage =
            spent == "0"
            ? VirtualKeyUsage()
            : VirtualKeyUsage(spent: money(spent), assumed: money("0.001"), requests: 3, tokens: 7, unpriced: 1)
        return LeaseRenewal(
            lease: BudgetLeaseID(rawValue: lease), key: key.id, usage: usage, wanted: money(wanted),
            expiresAt: ManualClock.wallStart + 60_000_000)
    }

    private static func requireConflict(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as StoreError where error.code == .conflict {
            return
        }
        throw ConformanceFailure(description: "no conflict")
    }
}
