package import LLMCore

extension MemoryStore {
    package func issue(_ key: VirtualKey) async throws {
        try change { state in
            let isTaken = state.virtualKeys.values.contains {
                $0.id == key.id || $0.secretHash == key.secretHash || $0.revokedAt == nil && $0.name == key.name
            }
            guard !isTaken else { throw MemoryStore.refusal("there is such a key") }
            state.virtualKeys[key.id] = key
        }
    }

    package func virtualKeys() async throws -> [VirtualKey] {
        let state = current
        return state.virtualKeys.values.sorted { $0.id < $1.id }.map { key in
            var key = key
            key.reserved = KeyBudget(limit: nil, usage: key.usage, leases: state.leases[key.id] ?? []).reserved
            return key
        }
    }

    package func revokeVirtualKey(_ id: VirtualKeyID, at instant: Int64) async throws -> Bool {
        change { state in
            guard let key = state.virtualKeys[id], key.revokedAt == nil else { return false }
            state.virtualKeys[id]?.revokedAt = instant
            return true
        }
    }

    package func virtualKeysVersion() async throws -> Int64 {
        let keys = current.virtualKeys.values
        return Int64(keys.count + keys.count { $0.revokedAt != nil })
    }

    package func renewLease(_ renewal: LeaseRenewal) async throws -> LeaseBalance {
        try change { state in
            guard let key = state.virtualKeys[renewal.key] else { throw MemoryStore.refusal("there is no such key") }
            var budget = KeyBudget(
                limit: key.limits.budget, usage: key.usage, leases: state.leases[renewal.key] ?? [])
            let balance = budget.renew(renewal)
            state.virtualKeys[renewal.key]?.usage = budget.usage
            state.leases[renewal.key] = budget.leases
            return balance
        }
    }
}
