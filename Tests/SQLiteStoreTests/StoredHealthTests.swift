import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

/// Documents as the versions before typed states wrote them, byte for byte.
@Suite("Health documents of earlier versions", .timeLimit(.minutes(2)))
struct StoredHealthTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let subject: HealthKey.Subject
        let document: String
        let state: HealthState?
        var testDescription: String { name }
    }
    static let model = ModelID(provider: "groq", name: "a")
    static let fingerprint = KeyFingerprint(rawValue: "0123456789ab")
    static let slices = [BreakerState.Slice(startedAt: 10, succeeded: 3, failed: 4)]

    static let probe = BreakerState.Probe(attempt: AttemptID(rawValue: "01CALL.2"), expiresAt: 99)

    static func breaker(_ phase: BreakerState.Phase) -> BreakerState {
        BreakerState(
            phase: phase, generation: 7, slices: slices, openings: 3, lastFailure: .connectionReset, changedAt: 5)
    }

    static let rows = [
        Row(
            name: "a breaker that was never opened", subject: .provider("groq"),
            document: #"{"breaker":{"phase":"closed","generation":0,"slices":[],"openings":0}}"#,
            state: .provider(BreakerState())),
        Row(
            name: "an open breaker", subject: .provider("groq"),
            document: """
                {"breaker":{"slices":[{"startedAt":10,"succeeded":3,"failed":4}],"phase":"open","generation":7,\
                "openUntil":1767225600000001,"openings":3,"lastFailure":"conn_reset","changedAt":5}}
                """, state: .provider(breaker(.open(until: 1_767_225_600_000_001)))),
        Row(
            name: "a breaker with its probe out", subject: .model(model),
            document: """
                {"breaker":{"slices":[{"startedAt":10,"succeeded":3,"failed":4}],"phase":"half_open","generation":7,\
                "probe":{"attempt":"01CALL.2","expiresAt":99},"openings":3,"lastFailure":"conn_reset","changedAt":5}}
                """,
            state: .model(
                ModelState(breaker: breaker(.halfOpen(probe: probe))))),
        Row(
            name: "a half-open breaker whose probe was given back", subject: .model(model),
            document: #"{"breaker":{"phase":"half_open","generation":2,"slices":[],"openings":1}}"#,
            state: .model(
                ModelState(breaker: BreakerState(phase: .halfOpen(probe: nil), generation: 2, openings: 1)))),
        Row(
            name: "a ramping breaker beside load times", subject: .model(model),
            document: """
                {"breaker":{"phase":"ramping","generation":3,"slices":[],"openings":1,"rampStartedAt":11},\
                "loadTime":{"milliseconds":[1500],"lastAt":19}}
                """,
            state: .model(
                ModelState(
                    breaker: BreakerState(phase: .ramping(since: 11), generation: 3, openings: 1), loadTime: loadTime))),
        Row(
            name: "the load times of a model that was never asked", subject: .model(model),
            document: #"{"loadTime":{"milliseconds":[1500],"lastAt":19}}"#,
            state: .model(ModelState(loadTime: loadTime))),
        Row(
            name: "a phase without its instant, which is over at once", subject: .provider("groq"),
            document: #"{"breaker":{"phase":"open","generation":1,"slices":[],"openings":1}}"#,
            state: .provider(BreakerState(phase: .open(until: 0), generation: 1, openings: 1))),
        Row(
            name: "a key that is retired and cools down by hand", subject: .key("groq", fingerprint),
            document: """
                {"key":{"uses":11,"successes":5,"failures":{"auth":2,"rate_limited":4},"turn":9,"lastUsedAt":12,\
                "lastLimitedAt":11,"lastFailure":"auth","restUntil":13,"deadBecause":"quota_exhausted",\
                "quotaGroup":"learnt:0","failedWith":{"ba9876543210":3}},\
                "breaker":{"phase":"open","generation":1,"slices":[],"openUntil":14,"openings":1,\
                "lastFailure":"quota_exhausted","changedAt":5}}
                """,
            state: .key(
                KeyState(
                    breaker: BreakerState(
                        phase: .open(until: 14), generation: 1, openings: 1, lastFailure: .quotaExhausted, changedAt: 5),
                    uses: 11, successes: 5, failures: [.auth: 2, .rateLimited: 4], turn: 9, lastUsedAt: 12,
                    lastLimitedAt: 11, lastFailure: .auth, coolsDownUntil: 13, retiredBecause: .quotaExhausted,
                    quotaGroup: "learnt:0", failedWith: [KeyFingerprint(rawValue: "ba9876543210"): 3]))),
        Row(
            name: "a key that was used and has not answered", subject: .key("groq", nil),
            document: #"{"key":{"uses":1,"successes":0,"failures":{},"turn":1,"lastUsedAt":12,"failedWith":{}}}"#,
            state: .key(KeyState(uses: 1, turn: 1, lastUsedAt: 12))),
        Row(
            name: "limits", subject: .limits(model, fingerprint),
            document: """
                {"limits":{"buckets":[{"resource":"input_tokens","window":"minute","limit":9,"remaining":0.5,"asOf":6,\
                "resetAt":7,"namedResetAt":8,"toldBy":9,"refusedAt":10}],"reservations":[{"attempt":"01CALL.5",\
                "inputTokens":1,"outputTokens":2,"admittedAt":3,"expiresAt":4,"isCounted":true}],"blockedUntil":10,\
                "namedUntil":20,"probe":{"attempt":"01CALL.4","expiresAt":21},"blockedAt":22,"blockedWindow":"day",\
                "refusals":2}}
                """,
            state: .limits(
                LimitState(
                    buckets: [
                        .init(
                            resource: .inputTokens, window: .minute, limit: 9, remaining: 0.5, asOf: 6, resetAt: 7,
                            namedResetAt: 8, reportedBy: 9, refusedAt: 10)
                    ],
                    reservations: [
                        .init(
                            attempt: AttemptID(rawValue: "01CALL.5"), inputTokens: 1, outputTokens: 2, admittedAt: 3,
                            expiresAt: 4, isCounted: true)
                    ], blockedUntil: 10, namedUntil: 20,
                    probe: .init(attempt: AttemptID(rawValue: "01CALL.4"), expiresAt: 21), blockedAt: 22,
                    blockedWindow: .day, refusals: 2))),
        Row(
            name: "an engaged lock with its probe out", subject: .lock,
            document: """
                {"lock":{"isClosed":true,"limitedUntil":{"groq":14,"openai":15},"opensAt":14,\
                "probe":{"attempt":"01CALL.3","expiresAt":16},"changedAt":17,"reason":"every cloud is limited",\
                "nextProbeAt":18,"failedProbes":2,"unusable":["openai"]}}
                """,
            state: .lock(
                LockState(
                    engagement: .init(
                        releasesAt: 14, nextProbeAt: 18, failedProbes: 2,
                        probe: .init(attempt: AttemptID(rawValue: "01CALL.3"), expiresAt: 16)),
                    limitedUntil: ["groq": 14, "openai": 15], unusable: ["openai"], changedAt: 17,
                    reason: "every cloud is limited"))),
        Row(
            name: "a lock from before there were probes, and without its instant", subject: .lock,
            document: #"{"lock":{"isClosed":true,"limitedUntil":{"groq":5}}}"#,
            state: .lock(LockState(engagement: .init(releasesAt: 0), limitedUntil: ["groq": 5]))),
        Row(
            name: "a released lock", subject: .lock,
            document: #"{"lock":{"isClosed":false,"limitedUntil":{},"changedAt":17,"reason":"by hand"}}"#,
            state: .lock(LockState(changedAt: 17, reason: "by hand"))),
        Row(
            name: "hedges", subject: .hedges, document: #"{"hedges":{"spentPico":5,"hedgedPico":1}}"#,
            state: .hedges(HedgeState(spent: USD(pico: 5), hedged: USD(pico: 1)))),
        Row(
            name: "a state without the part of its subject", subject: .lock,
            document: #"{"hedges":{"spentPico":5,"hedgedPico":1}}"#, state: nil),
        Row(name: "a state of another shape", subject: .provider("groq"), document: #"{"breaker":5}"#, state: nil),
    ]

    static let loadTime: LoadTimeState = {
        var time = LoadTimeState()
        time.record(.milliseconds(1_500), at: 19)
        return time
    }()

    @Test("a document is read as what it meant, and written so that it is read again", arguments: rows)
    func reading(_ row: Row) throws {
        #expect(HealthRows.decode(row.document, of: row.subject) == row.state)
        guard let state = row.state else { return }
        #expect(HealthRows.decode(try HealthRows.encode(state), of: row.subject) == state)
    }

    @Test("an earlier version reads the documents of this one: their members are the same", arguments: rows)
    func writing(_ row: Row) throws {
        guard let state = row.state, !row.name.contains("without") else { return }
        let written = try JSONValue.parse(try HealthRows.encode(state))
        #expect(written == (try JSONValue.parse(row.document)))
    }
}
