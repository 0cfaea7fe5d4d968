import LLMCore
import Synchronization

@testable import LLMService

/// Seconds as stored instants.
func at(_ seconds: Double) -> Int64 { 1_767_225_600_000_000 + Int64(seconds * 1_000_000) }

/// A tracker over a store, with its own numbering of attempts and every event it told.
struct HealthFixture {
    let tracker: HealthTracker
    let events = EventList()
    let levels = LevelList()
    private let scope: String
    /// One for all trackers: attempts are unique across processes.
    private static let counter = Counter()

    init(
        store: any HealthStore = InMemoryHealthStore(), clouds: Set<ProviderID> = [], policy: HealthPolicy = .init(),
        draw: @escaping @Sendable () -> Double = { 0.5 }, trustCopyFor: Duration = .zero,
        flushEvery: Duration = .seconds(1), scope: String = ""
    ) {
        self.scope = scope
        let events = events
        let levels = levels
        tracker = HealthTracker(
            store: store, simulated: false,
            options: .init(policy: policy, clouds: clouds, flushEvery: flushEvery, trustCopyFor: trustCopyFor),
            random: draw, observe: { events.add($0) }, show: { levels.add($0, $1) })
    }

    func request(
        _ model: String = "groq/a", keys: [String] = ["k1"], groups: [String: String] = [:], local: Bool = false,
        purpose: AdmissionRequest.Purpose = .call, estimate: LimitEstimate = .init(), now: Int64
    ) -> AdmissionRequest {
        let name = ModelID(model) ?? ModelID(provider: "groq", name: model)
        return AdmissionRequest(
            attempt: AttemptID(rawValue: "\(HealthFixture.counter.next())"), model: name,
            endpoint: "https://\(name.provider).example\(scope)", simulated: false, scope: scope, isLocal: local,
            keys: keys.map(KeyFingerprint.init(rawValue:)),
            quotaGroups: Dictionary(uniqueKeysWithValues: groups.map { (KeyFingerprint(rawValue: $0.key), $0.value) }),
            estimate: estimate, expiresAt: now + 60_000_000, purpose: purpose)
    }

    /// Asks for leave and says how it ended; `nil` when it was not admitted.
    @discardableResult
    func call(_ request: AdmissionRequest, _ outcome: AttemptClass, limits: RateLimitReading? = nil, now: Int64) async
        -> Permit?
    {
        guard let permit = await tracker.admit(request, now: now).permit else { return nil }
        await settle(permit, outcome, limits: limits, now: now)
        return permit
    }

    @discardableResult
    func settle(_ permit: Permit, _ outcome: AttemptClass, limits: RateLimitReading? = nil, now: Int64) async
        -> [HealthEvent]
    {
        let report = AttemptReport(
            id: permit.attempt, model: permit.request.model, endpoint: permit.request.endpoint, simulated: false,
            key: permit.key, timings: AttemptTimings(sentAt: .now, end: .zero), outcome: outcome, rateLimit: limits)
        return await tracker.settle(permit, report: report, now: now)
    }
}

final class EventList: Sendable {
    private let list = Mutex<[HealthEvent]>([])
    func add(_ event: HealthEvent) { list.withLock { $0.append(event) } }
    var all: [HealthEvent] { list.withLock { $0 } }
    var names: [String] { all.map(\.name) }
    func count(_ name: String) -> Int { names.count { $0 == name } }
}

/// What a tracker showed of its breakers and its lock.
final class LevelList: Sendable {
    private let list = Mutex<[(key: HealthKey, level: Double?)]>([])
    func add(_ key: HealthKey, _ level: Double?) { list.withLock { $0.append((key, level)) } }
    /// All that was shown of one, in order.
    func of(_ subject: HealthKey.Subject) -> [Double?] {
        list.withLock { $0.filter { $0.key.subject == subject }.map(\.level) }
    }
}

final class Counter: Sendable {
    private let value = Mutex(0)
    func next() -> Int {
        value.withLock {
            $0 += 1
            return $0
        }
    }
}

/// A seeded source of draws.
final class Draws: Sendable {
    private let generator: Mutex<SeededGenerator>
    init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }
    func next() -> Double { generator.withLock { Double.random(in: 0..<1, using: &$0) } }
    func below(_ bound: Int) -> Int { generator.withLock { Int.random(in: 0..<bound, using: &$0) } }
}

extension Admission {
    var isAdmitted: Bool { permit != nil }
    var waitsUntil: Int64? { if case .notBefore(let instant, _, _) = self { instant } else { nil } }
    var reason: String? {
        switch self {
        case .admitted: nil
        case .notBefore(_, let reason, _), .refused(let reason, _): reason
        }
    }
}
