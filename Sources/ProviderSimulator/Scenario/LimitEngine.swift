import LLMCore
import LLMWire
import Synchronization

/// Counts requests and tokens per key and model in windows, and says no above a scenario's limits.
final class LimitEngine: Sendable {
    /// The rate limiter's decision on a request: the limits' state for its headers, and the refusal if there is one.
    struct Admission: Sendable {
        var buckets: [RateLimitReading.Bucket]
        var refusal: ServedError?
    }
    struct Call: Sendable {
        var provider: ProviderID
        var model: String
        var key: String?
        var inputTokens: Int
        var outputTokens: Int
    }
    private struct Slot: Hashable, Sendable {
        var rule: Int
        var model: String
        var key: String?
    }
    private struct Window: Sendable {
        var endsAt: ContinuousClock.Instant
        var used: Int
    }

    private let rules: [LimitRule]
    private let enforced: Int
    private let scale: Double
    private let windows = Mutex<[Slot: Window]>([:])
    /// Slots beyond this many are dropped once their window is over.
    private static let mostSlots = 4_096

    /// - Parameters:
    ///   - rules: A scenario's, which are kept.
    ///   - shown: The usual ones, which only show in headers.
    init(_ rules: [LimitRule], shown: [LimitRule], timeScale: Double) {
        self.rules = rules + shown
        enforced = rules.count
        scale = timeScale
    }

    func reset() { windows.withLock { $0 = [:] } }

    func admit(_ call: Call, now: ContinuousClock.Instant) -> Admission {
        windows.withLock { windows in
            let applying = rules.indices.filter {
                rules[$0].match.matches(provider: call.provider, model: call.model, key: call.key)
            }
            if windows.count > Self.mostSlots { windows = windows.filter { $0.value.endsAt > now } }
            for index in applying { open(index, call, now, &windows) }
            var refusal: ServedError?
            for index in applying where index < enforced && refusal == nil {
                refusal = refuse(index, call, now, windows)
            }
            if refusal == nil {
                for index in applying { windows[slot(index, call)]?.used += amount(rules[index], call) }
            }
            return Admission(buckets: buckets(applying, call, now, windows), refusal: refusal)
        }
    }

    private func slot(_ index: Int, _ call: Call) -> Slot { Slot(rule: index, model: call.model, key: call.key) }

    private func amount(_ rule: LimitRule, _ call: Call) -> Int {
        switch rule.resource {
        case .requests: 1
        case .tokens: call.inputTokens + call.outputTokens
        case .inputTokens: call.inputTokens
        case .outputTokens: call.outputTokens
        }
    }

    private func open(_ index: Int, _ call: Call, _ now: ContinuousClock.Instant, _ windows: inout [Slot: Window]) {
        let slot = slot(index, call)
        if let window = windows[slot], window.endsAt > now { return }
        let length = Duration.seconds(rules[index].window == .day ? 86_400 : 60) * scale
        windows[slot] = Window(endsAt: now + length, used: 0)
    }

    private func refuse(
        _ index: Int, _ call: Call, _ now: ContinuousClock.Instant, _ windows: [Slot: Window]
    ) -> ServedError? {
        let rule = rules[index]
        guard let window = windows[slot(index, call)] else { return nil }
        let requested = amount(rule, call)
        guard window.used + requested > rule.limit else { return nil }
        let limit = ServedError.Limit(
            resource: rule.resource, window: rule.window, limit: rule.limit, used: window.used, requested: requested)
        return ServedError(
            .rateLimited, model: call.model, limit: limit, retryAfter: now.duration(to: window.endsAt))
    }

    /// One bucket for each resource and window; an enforced rule goes before a shown one.
    private func buckets(
        _ applying: [Int], _ call: Call, _ now: ContinuousClock.Instant, _ windows: [Slot: Window]
    ) -> [RateLimitReading.Bucket] {
        var buckets: [RateLimitReading.Bucket] = []
        for index in applying {
            let rule = rules[index]
            guard !buckets.contains(where: { $0.resource == rule.resource && $0.window == rule.window }),
                let window = windows[slot(index, call)]
            else { continue }
            // Limits that are only shown never look exhausted: a client that heeds headers would wait for nothing.
            let floor = index < enforced ? 0 : rule.limit / 10
            buckets.append(
                .init(
                    resource: rule.resource, window: rule.window, limit: rule.limit,
                    remaining: max(floor, rule.limit - window.used),
                    resetAfter: max(.zero, now.duration(to: window.endsAt))))
        }
        return buckets
    }
}
