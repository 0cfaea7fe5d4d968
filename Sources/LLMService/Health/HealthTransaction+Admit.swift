public import LLMCore

extension HealthTransaction {
    /// When a key can serve, and why not sooner.
    struct Readiness: Sendable {
        /// `nil`: now.
        var at: Int64?
        var reason = ""
        var verdict = BreakerVerdict.pass
        var limitOwner: KeyFingerprint?
        var isRetired = false
        /// It waits for a breaker.
        var isOutage = false
        /// It waits for a limit, and for nothing else.
        var isLimited = false
        var entry: KeyRing.Entry?
    }

    /// Decides on sending an attempt, and with which key. Changes nothing but the lock's time unless it is admitted.
    mutating func admit(_ request: AdmissionRequest, now: Int64) -> Admission {
        switch lockGate(request, now: now) {
        case .open: return admitPastLock(request, isProbe: false, now: now)
        case .held(let refusal): return refusal
        case .probe(let otherwise):
            let admission = admitPastLock(request, isProbe: true, now: now)
            guard admission.permit != nil else { return otherwise }
            _ = states[request.lock]?.lease(attempt: request.attempt, expiresAt: request.expiresAt, now: now)
            record(.lockProbing(request.model.provider), of: request.lock)
            return admission
        }
    }

    /// - Parameter isProbe: It goes past limits, to see whether they still hold, and past nothing else.
    private mutating func admitPastLock(_ request: AdmissionRequest, isProbe: Bool, now: Int64) -> Admission {
        let isTest = request.purpose == .test
        let draw = random()
        var verdicts: [(breaker: HealthPart<BreakerState>, verdict: BreakerVerdict)] = []
        for part in [request.providerBreaker, request.modelBreaker] {
            let verdict = states[part]?.verdict(now: now, draw: draw, policy: policy(of: part)) ?? .pass
            if case .wait(let until) = verdict, !isTest {
                let reason = "the breaker of \(part.key.subject.description) is open"
                return .notBefore(wallMicroseconds: until, reason: reason, isOutage: true)
            }
            verdicts.append((part, verdict))
        }
        guard !request.keys.isEmpty else {
            let readiness = limitReadiness(owner: nil, request, now: now)
            if let at = readiness.at, !isTest, !isProbe {
                return .notBefore(wallMicroseconds: at, reason: readiness.reason)
            }
            return .admitted(take(request, nil, verdicts, owner: nil, isProbe: isProbe, now: now))
        }
        let readiness = request.keys.map { self.readiness(of: $0, request, now: now, draw: draw) }
        let ready =
            isProbe
            ? soonest(of: readiness)
            : readiness.compactMap { $0.at == nil || isTest ? $0.entry : nil }
        guard let choice = KeyRing.pick(ready, preferred: request.preferredKey),
            let chosen = readiness.first(where: { $0.entry?.key == choice.key })
        else { return refusal(request, readiness) }
        verdicts.append((.breaker(of: request.state(of: choice.key)), chosen.verdict))
        return .admitted(
            take(request, choice, verdicts, owner: chosen.limitOwner, isProbe: isProbe, now: now))
    }

    /// The key that nothing but a limit keeps away, and that the soonest.
    private func soonest(of readiness: [Readiness]) -> [KeyRing.Entry] {
        let open = readiness.filter { $0.at == nil || $0.isLimited }
        return open.min { ($0.at ?? .min) < ($1.at ?? .min) }?.entry.map { [$0] } ?? []
    }

    /// When a key of the ring can serve this model, by everything that is known.
    func readiness(of key: KeyFingerprint, _ request: AdmissionRequest, now: Int64, draw: Double) -> Readiness {
        let known = states[request.state(of: key)]
        let isRetired = known?.retiredBecause != nil
        let verdict =
            known?.breaker?.verdict(
                now: now, draw: draw, policy: policy.keyBreaker,
                longest: isRetired ? policy.keys.recheckCeiling.microseconds : nil) ?? .pass
        var readiness = Readiness()
        if let end = known?.coolsDownUntil, end > now {
            readiness.at = min(end, now + policy.limits.longest.microseconds)
            readiness.reason = "key \(key) cools down"
        } else if case .wait(let until) = verdict {
            readiness.at = until
            readiness.isOutage = true
            readiness.reason = isRetired ? "key \(key) is retired" : "the breaker of key \(key) is open"
        } else {
            // With a learnt group a little doubt stays: now and then the key is held to its own limits only.
            let isDoubted = known?.hasLearntGroup == true && draw < policy.keys.groupDoubt
            let isAlone = request.quotaGroups[key] == nil && (known?.quotaGroup == nil || isDoubted)
            readiness = limitReadiness(owner: isAlone ? key : limitOwner(of: key, request), request, now: now)
        }
        readiness.verdict = verdict
        readiness.isRetired = isRetired
        readiness.limitOwner = readiness.limitOwner ?? key
        readiness.entry = KeyRing.Entry(
            key: key, turn: known?.turn ?? 0, lastUsedAt: known?.lastUsedAt ?? .min)
        return readiness
    }

    // MARK: Parts

    func limitReadiness(owner: KeyFingerprint?, _ request: AdmissionRequest, now: Int64) -> Readiness {
        var readiness = Readiness(limitOwner: owner)
        guard let limits = states[request.limits(of: owner)],
            case .notBefore(let at) = limits.admission(request.estimate, now: now, policy: policy.limits)
        else { return readiness }
        readiness.at = at
        readiness.isLimited = true
        readiness.reason = "\(request.model) is limited"
        return readiness
    }

    private enum LockGate {
        case open
        case held(Admission)
        /// It may go as the probe; when that cannot be, it is held.
        case probe(otherwise: Admission)
    }

    private mutating func lockGate(_ request: AdmissionRequest, now: Int64) -> LockGate {
        guard !request.isLocal, var lock = states[request.lock], lock.isEngaged else { return .open }
        defer { states[request.lock] = lock }
        record(lock.tick(now: now), of: request.lock)
        guard lock.holds(clouds: clouds, now: now) else { return .open }
        // A key that was added since then was never limited.
        if request.keys.contains(where: { states[request.state(of: $0)] == nil }) { return .open }
        if request.purpose == .test {
            requireStoring()
            if lock.lease(attempt: request.attempt, expiresAt: request.expiresAt, now: now) { return .open }
            return .held(
                .notBefore(
                    wallMicroseconds: now + 1_000_000, reason: "another test of the safety lock is under way"))
        }
        let provider = request.model.provider
        let held = Admission.notBefore(
            wallMicroseconds: lock.heldUntil(provider, clouds: clouds, now: now),
            reason: "the safety lock is engaged: \(lock.reason ?? "every configured cloud is limited")")
        return lock.isProbeDue(provider, clouds: clouds, now: now) ? .probe(otherwise: held) : .held(held)
    }

    private func refusal(_ request: AdmissionRequest, _ all: [Readiness]) -> Admission {
        let provider = request.model.provider
        if all.allSatisfy(\.isRetired) {
            let why = Set(request.keys.compactMap { states[request.state(of: $0)]?.retiredBecause })
            let words = why.map(\.rawValue).sorted().joined(separator: ", ")
            return .refused(
                reason: "every key of \(provider) is retired (\(words))", because: why.count == 1 ? why.first : nil)
        }
        guard let soonest = all.filter({ !$0.isRetired }).min(by: { ($0.at ?? 0) < ($1.at ?? 0) }) else {
            return .refused(reason: "\(provider) has no key")
        }
        let reason = request.keys.count == 1 ? soonest.reason : "no key of \(provider) is ready: \(soonest.reason)"
        return .notBefore(wallMicroseconds: soonest.at ?? 0, reason: reason, isOutage: soonest.isOutage)
    }

    /// Takes an admission's leases, the key's turn and its share of the limits.
    private mutating func take(
        _ request: AdmissionRequest, _ choice: KeyRing.Choice?,
        _ verdicts: [(breaker: HealthPart<BreakerState>, verdict: BreakerVerdict)],
        owner: KeyFingerprint?, isProbe ofLock: Bool, now: Int64
    ) -> Permit {
        var isProbe = ofLock || request.purpose == .test
        var generations: [Int] = []
        for (part, verdict) in verdicts {
            guard var breaker = states[part] else {
                generations.append(0)
                continue
            }
            isProbe = isProbe || verdict == .probe
            let change = breaker.admit(
                verdict, attempt: request.attempt, expiresAt: request.expiresAt, now: now,
                policy: policy(of: part))
            generations.append(breaker.generation)
            guard change != nil else { continue }
            states[part] = breaker
            record(change, of: part)
        }
        if takeLimitProbe(request, owner: owner, now: now) { isProbe = true }
        let permit = Permit(
            request: request, key: choice?.key, isProbe: isProbe, admittedAt: now, limitOwner: owner,
            generations: .init(generations), turn: choice?.turn ?? 0)
        let limits = states[request.limits(of: owner)]
        if limits?.isTight(after: request.estimate, now: now, policy: policy.limits) == true { requireStoring() }
        admitted(permit)
        return permit
    }

    /// Takes the probe of a shortened wait for this call: no other call is sent meanwhile.
    private mutating func takeLimitProbe(_ request: AdmissionRequest, owner: KeyFingerprint?, now: Int64) -> Bool {
        let part = request.limits(of: owner)
        guard var limits = states[part],
            limits.admission(request.estimate, now: now, policy: policy.limits) == .probe
        else { return false }
        limits.lease(attempt: request.attempt, expiresAt: request.expiresAt)
        states[part] = limits
        requireStoring()
        return true
    }

    /// The part of an admission that may be stored later: it only counts.
    mutating func admitted(_ permit: Permit) {
        let request = permit.request
        if let key = permit.key {
            states[request.state(of: key), default: KeyState()].use(turn: permit.turn, now: permit.admittedAt)
        }
        states[request.limits(of: permit.limitOwner)]?.reserve(
            request.estimate, attempt: request.attempt, expiresAt: request.expiresAt, now: permit.admittedAt)
    }
}

extension HealthKey.Subject {
    /// The name of a subject in a reason that people read.
    public var description: String {
        switch self {
        case .provider(let provider): "provider \(provider)"
        case .model(let model): "model \(model)"
        case .key(let provider, let key): "key \(key?.rawValue ?? "-") of \(provider)"
        case .limits(let model, _): "limits of \(model)"
        case .lock: "safety lock"
        case .hedges: "hedges"
        }
    }
}
