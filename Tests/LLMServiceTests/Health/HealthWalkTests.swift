import LLMCore
import Testing

@testable import LLMService

/// Seeded random walks of two processes over one store: whatever happens in whatever order, the promises hold.
@Suite(.timeLimit(.minutes(5))) struct HealthWalkTests {
    private static let clouds: [ProviderID] = ["gemini", "groq", "openai"]

    private struct Walker {
        let draws: Draws
        let store = InMemoryHealthStore()
        let boards: [HealthFixture]
        var now = at(0)
        var latest = at(0)
        var open: [(board: Int, permit: Permit)] = []
        /// Breakers whose probe is out, until when.
        var probes: [HealthKey: (attempt: AttemptID, until: Int64)] = [:]
        var admitted = 0
        var refused = 0

        init(seed: UInt64) {
            let draws = Draws(seed: seed)
            self.draws = draws
            let policy = HealthPolicy(keys: KeyRingPolicy(groupDoubt: 0))
            let store = store
            boards = (0..<2).map { _ in
                HealthFixture(
                    store: store, clouds: Set(HealthWalkTests.clouds), policy: policy, draw: { draws.next() })
            }
        }

        mutating func step() async throws {
            now += Int64(draws.below(1_500_000))
            // Set back by less than the minute from which on a board takes what it noted for void.
            latest = max(latest, now)
            if draws.below(100) == 0 { now = max(now - 20_000_000, latest - 50_000_000) }
            switch draws.below(10) {
            case 0..<5: try await ask()
            case 5..<9: await end()
            default: await leave()
            }
        }

        private mutating func ask() async throws {
            let board = draws.below(2)
            let target = draws.below(4)
            let isLocal = target == 3
            let provider = isLocal ? "local" : HealthWalkTests.clouds[target].rawValue
            let request = boards[board].request(
                "\(provider)/m\(draws.below(2))", keys: isLocal ? [] : ["a", "b"], local: isLocal, now: now)
            let before = try await store.states(simulated: false)
            let admission = await boards[board].board.admit(request, now: now)
            guard let permit = admission.permit else {
                refused += 1
                return
            }
            admitted += 1
            check(permit, against: before)
            try await noteProbes(of: permit)
            open.append((board, permit))
        }

        private func check(_ permit: Permit, against states: [HealthKey: HealthState]) {
            let request = permit.request
            var breakers = [request.providerKey, request.modelKey]
            if let key = permit.key { breakers.append(request.key(of: key)) }
            for key in breakers {
                guard let breaker = states[key]?.breaker else { continue }
                #expect(breaker.phase != .open || (breaker.openUntil ?? 0) <= now, "admitted while open: \(key)")
                let probe = breaker.probe.map { $0.expiresAt > now } ?? false
                #expect(!(breaker.phase == .halfOpen && probe), "admitted beside a probe: \(key)")
            }
            let lock = states[request.lockKey]?.lock
            // Between the look at the store and the admission nobody else acts: what was due then is what went.
            let isLockProbe =
                !request.isLocal
                && lock?.isProbeDue(request.model.provider, clouds: Set(HealthWalkTests.clouds), now: now) == true
            if let limits = states[request.limitsKey(of: permit.limitOwner)]?.limits, let until = limits.blockedUntil {
                #expect(
                    until <= now || isLockProbe,
                    "admitted while limited since \((limits.blockedAt ?? 0) - now) µs from now")
            }
            guard !request.isLocal, let lock, lock.isClosed, !isLockProbe else { return }
            let isHeld =
                (lock.opensAt ?? 0) > now
                && HealthWalkTests.clouds.allSatisfy { (lock.limitedUntil[$0] ?? 0) > now }
            #expect(!isHeld, "a cloud was admitted while the lock was closed")
        }

        private mutating func noteProbes(of permit: Permit) async throws {
            for (key, state) in try await store.states(simulated: false) {
                guard let probe = state.breaker?.probe, probe.attempt == permit.attempt else { continue }
                if let other = probes[key] { #expect(other.until <= now, "two probes of \(key)") }
                probes[key] = (probe.attempt, probe.expiresAt)
            }
        }

        private mutating func end() async {
            guard !open.isEmpty else { return }
            let (board, permit) = open.remove(at: draws.below(open.count))
            let outcomes: [AttemptClass] = [
                .ok, .ok, .ok, .rateLimited, .rateLimited, .serverError, .timeoutConnect, .overloaded, .badRequest,
                .cancelled, .permission,
            ]
            let outcome = draws.below(200) == 0 ? .auth : outcomes[draws.below(outcomes.count)]
            let wait = RateLimitReading(retryAfter: .seconds(draws.below(40)))
            await boards[board].settle(permit, outcome, limits: draws.below(2) == 0 ? wait : nil, now: now)
            forget(permit)
        }

        private mutating func leave() async {
            guard !open.isEmpty else { return }
            let (board, permit) = open.remove(at: draws.below(open.count))
            await boards[board].board.release(permit, now: now)
            forget(permit)
        }

        private mutating func forget(_ permit: Permit) {
            probes = probes.filter { $0.value.attempt != permit.attempt }
        }
    }

    @Test("one probe at a time, nothing while open, no cloud while locked", arguments: 1...12)
    func walk(_ seed: Int) async throws {
        var walker = Walker(seed: UInt64(seed))
        for _ in 0..<600 { try await walker.step() }
        #expect(walker.admitted > 50)
        #expect(walker.refused > 10)
        let events = walker.boards.flatMap(\.events.all)
        // Every transition is told once: closings and openings alternate.
        let closed = events.count { $0.name == "lock_closed" }
        let opened = events.count { $0.name == "lock_opened" }
        #expect(abs(closed - opened) <= 1)
    }

    @Test("the walks meet what they are about")
    func coverage() async throws {
        var names: Set<String> = []
        for seed in 1...12 {
            var walker = Walker(seed: UInt64(seed))
            for _ in 0..<600 { try await walker.step() }
            names.formUnion(walker.boards.flatMap(\.events.names))
        }
        for name in [
            "breaker_opened", "breaker_probing", "breaker_ramping", "breaker_closed", "limited", "limit_lifted",
            "key_retired", "lock_closed", "lock_opened",
        ] { #expect(names.contains(name), "\(name)") }
    }
}
