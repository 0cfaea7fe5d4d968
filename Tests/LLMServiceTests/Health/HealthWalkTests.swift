import LLMCore
import Testing

@testable import LLMService

/// Seeded random walks of two processes over one store: whatever happens in whatever order, the promises hold.
@Suite(.timeLimit(.minutes(5))) struct HealthWalkTests {
    private static let clouds: [ProviderID] = ["gemini", "groq", "openai"]

    private struct Walker {
        let draws: Draws
        let store = InMemoryHealthStore()
        let trackers: [HealthFixture]
        var now = at(0)
        var latest = at(0)
        var open: [(tracker: Int, permit: Permit)] = []
        /// Breakers whose probe is out, until when.
        var probes: [HealthKey: (attempt: AttemptID, until: Int64)] = [:]
        var admitted = 0
        var refused = 0

        init(seed: UInt64) {
            let draws = Draws(seed: seed)
            self.draws = draws
            let policy = HealthPolicy(keys: KeyRingPolicy(groupDoubt: 0))
            let store = store
            trackers = (0..<2).map { _ in
                HealthFixture(
                    store: store, clouds: Set(HealthWalkTests.clouds), policy: policy, draw: { draws.next() })
            }
        }

        mutating func step() async throws {
            now += Int64(draws.below(1_500_000))
            // Set back by less than the minute from which on a tracker takes what it noted for void.
            latest = max(latest, now)
            if draws.below(100) == 0 { now = max(now - 20_000_000, latest - 50_000_000) }
            switch draws.below(10) {
            case 0..<5: try await ask()
            case 5..<9: await end()
            default: await leave()
            }
        }

        private mutating func ask() async throws {
            let tracker = draws.below(2)
            let target = draws.below(4)
            let isLocal = target == 3
            let provider = isLocal ? "local" : HealthWalkTests.clouds[target].rawValue
            let request = trackers[tracker].request(
                "\(provider)/m\(draws.below(2))", keys: isLocal ? [] : ["a", "b"], local: isLocal, now: now)
            let before = try await store.states(simulated: false)
            let admission = await trackers[tracker].tracker.admit(request, now: now)
            guard let permit = admission.permit else {
                refused += 1
                return
            }
            admitted += 1
            check(permit, against: before)
            try await noteProbes(of: permit)
            open.append((tracker, permit))
        }

        private func check(_ permit: Permit, against states: [HealthKey: HealthState]) {
            let request = permit.request
            var breakers = [request.providerBreaker, request.modelBreaker]
            if let key = permit.key { breakers.append(.breaker(of: request.state(of: key))) }
            for part in breakers {
                guard let breaker = states[part] else { continue }
                #expect((breaker.openUntil ?? 0) <= now, "admitted while open: \(part.key)")
                #expect((breaker.probe?.expiresAt ?? 0) <= now, "admitted beside a probe: \(part.key)")
            }
            let lock = states[request.lock]
            // Between the look at the store and the admission nobody else acts: what was due then is what went.
            let isLockProbe =
                !request.isLocal
                && lock?.isProbeDue(request.model.provider, clouds: Set(HealthWalkTests.clouds), now: now) == true
            if let limits = states[request.limits(of: permit.limitOwner)], let until = limits.blockedUntil {
                #expect(
                    until <= now || isLockProbe,
                    "admitted while limited since \((limits.blockedAt ?? 0) - now) µs from now")
            }
            guard !request.isLocal, let lock, let engagement = lock.engagement, !isLockProbe else { return }
            let isHeld =
                engagement.releasesAt > now
                && HealthWalkTests.clouds.allSatisfy { (lock.limitedUntil[$0] ?? 0) > now }
            #expect(!isHeld, "a cloud was admitted while the lock was engaged")
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
            let (tracker, permit) = open.remove(at: draws.below(open.count))
            let outcomes: [AttemptClass] = [
                .ok, .ok, .ok, .rateLimited, .rateLimited, .serverError, .timeoutConnect, .overloaded, .badRequest,
                .cancelled, .permission,
            ]
            let outcome = draws.below(200) == 0 ? .auth : outcomes[draws.below(outcomes.count)]
            let wait = RateLimitReading(retryAfter: .seconds(draws.below(40)))
            await trackers[tracker].settle(permit, outcome, limits: draws.below(2) == 0 ? wait : nil, now: now)
            forget(permit)
        }

        private mutating func leave() async {
            guard !open.isEmpty else { return }
            let (tracker, permit) = open.remove(at: draws.below(open.count))
            await trackers[tracker].tracker.release(permit, now: now)
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
        let events = walker.trackers.flatMap(\.events.all)
        // Every transition is emitted once: the lock engages and is released in turn.
        let engaged = events.count { $0.name == "lock_engaged" }
        let released = events.count { $0.name == "lock_released" }
        #expect(abs(engaged - released) <= 1)
    }

    @Test("the walks meet what they are about")
    func coverage() async throws {
        var names: Set<String> = []
        for seed in 1...12 {
            var walker = Walker(seed: UInt64(seed))
            for _ in 0..<600 { try await walker.step() }
            names.formUnion(walker.trackers.flatMap(\.events.names))
        }
        for name in [
            "breaker_opened", "breaker_probing", "breaker_ramping", "breaker_closed", "limited", "limit_lifted",
            "key_retired", "lock_engaged", "lock_released",
        ] { #expect(names.contains(name), "\(name)") }
    }
}
