import BenchCore
import LLMCore
import TestSupport
import Testing

@testable import DirGenAPI

/// A document with everything known, and one of the same kind with as little as can be.
struct Sample: Sendable, CustomTestStringConvertible {
    let full: any Document
    let bare: any Document
    var testDescription: String { "\(type(of: full))" }
}

extension Sample {
    static let all =
        bench + judges + tables + calls + health + keys + store + prices + local + reports + exports
        + server

    private static let run = BenchFixtures.run(arms: [BenchFixtures.arm(), BenchFixtures.arm("xai/grok-4")])
    private static var bareRun: RunRecord {
        var run = BenchFixtures.run(arms: [])
        (run.maxCost, run.endedAt, run.arguments, run.environment) = (nil, nil, [], .init())
        return run
    }

    private static var judges: [Sample] {
        let judge = ModelID(provider: "openai", name: "gpt-5")
        let change = GradingRecord.Change(
            caseID: "c", arm: "a/b", repetition: 1, before: .init(outcome: .ok, score: 1, passed: true),
            after: .init(outcome: .judgeError, score: nil, passed: nil), reason: "equals: differs")
        let grading = GradingRecord(
            run: run.id, gradedAt: 7, graderVersion: "g/2", earlierGraderVersion: "g/1", datasetPath: "d.jsonl",
            datasetHash: "h", judge: judge, judgeCost: USD(pico: 5), regraded: 9, changes: [change])
        let calibration = JudgeCalibration(
            judge: judge, simulated: false, calibratedAt: 7, promptVersion: "p/1", path: "f", hash: "h", positives: 30,
            truePositives: 27, negatives: 20, trueNegatives: 18, unjudged: 1, cost: USD(pico: 9))
        return [
            Sample(
                full: GradingDocument(
                    grading, applied: true, notStored: 1, kept: 2, unjudged: 5, withoutBudget: 3, recalled: 6,
                    unmatchedRows: 3, unchangedCases: 4,
                    arms: [
                        .init(arm: "a/b", regraded: 9, open: 2, changed: 1, nowPassed: 0, nowFailed: 1, nowUnknown: 0)
                    ],
                    tableDerived: true, reports: ["reports/a/report.html"]),
                bare: GradingDocument(
                    GradingRecord(
                        run: run.id, gradedAt: 7, graderVersion: "g/2", earlierGraderVersion: "g/1", datasetHash: "h",
                        regraded: 0, changes: []), applied: false, notStored: 0, kept: 0, unjudged: 0, withoutBudget: 0,
                    recalled: 0, unmatchedRows: 0, unchangedCases: 0, arms: [], tableDerived: false, reports: [])),
            Sample(
                full: CalibrationDocument(
                    calibration, run: run.id,
                    arms: [
                        .init(
                            arm: "a/b", judged: 0.8,
                            corrected: calibration.corrected(rate: 0.8, of: 40).map(CalibrationDocument.Rate.init))
                    ]),
                bare: CalibrationDocument(
                    JudgeCalibration(
                        judge: ModelID(provider: "a", name: "b"), simulated: true, calibratedAt: 7,
                        promptVersion: "p/1", path: "f", hash: "h"), run: nil, arms: [])),
        ]
    }

    private static var bench: [Sample] {
        let overview = RunOverview(
            run: run, cases: 5, trials: 3, ok: 2, providerFailures: 1, gradable: 3, passed: 2,
            cost: USD(pico: 15_625_000_002), unpriced: 0, reserved: 1, reservedWorst: USD(pico: 7))
        let bare = RunOverview(run: bareRun, unpriced: 1)
        let figures = ArmFigures(
            arm: "openai/gpt-5", endpoint: "https://api.test", attempted: 3, okRate: 2.0 / 3, passRate: 0.5,
            passRateStrict: 1 / 3, sloAttainment: 1e-7, goodput: 0.1, systemTokensPerSecond: 41.25,
            cost: USD(pico: 1), costPerPass: USD(pico: 2), timePerPass: 1_234.5)
        let unknown = ArmFigures(
            arm: "a/b", endpoint: "e", attempted: 1, okRate: 0, passRateStrict: 0)
        let table = BenchFixtures.table()
        func estimate(_ model: String) -> CostEstimate {
            let plan = RunPlan(
                cases: BenchFixtures.cases(2), arms: [BenchFixtures.arm(model)], repeats: 1, seed: 1)
            let judge = BenchFixtures.arm(model)
            return CostEstimate(
                of: plan, prices: .builtIn, at: BenchFixtures.start,
                inquiries: { _, _ in [JudgeEstimate.Inquiry(judge: judge, bytes: 900)] })
        }
        return [
            Sample(
                full: ErrorDocument(code: .store(.locked), message: "m", advice: "a"),
                bare: ErrorDocument(code: .cancelled, message: "")),
            Sample(full: RunDocument(overview), bare: RunDocument(bare)),
            Sample(
                full: RunDetailDocument(overview, figures: [figures]),
                bare: RunDetailDocument(bare, figures: [])),
            Sample(full: ArmFiguresDocument(figures), bare: ArmFiguresDocument(unknown)),
            Sample(
                full: PlanDocument(estimate("openai/gpt-5-mini"), of: run),
                bare: PlanDocument(estimate("openai/nobody-knows"), of: bareRun)),
            Sample(
                full: RunResultDocument(
                    run, trials: 9, failed: 1, spent: USD(pico: 3), unknownUpTo: .zero, judgeCost: USD(pico: 1),
                    tableDerived: true,
                    choice: table.choose(nil), reports: ["reports/a/report.html"]),
                bare: RunResultDocument(
                    bareRun, trials: 0, failed: 0, spent: .zero, unknownUpTo: .zero, judgeCost: nil,
                    tableDerived: false, choice: nil,
                    reports: [])),
            Sample(
                full: SelectionDocument(
                    task: .planning, model: table.rows[0].arm.model, arm: table.rows[0].arm.id, runnerUp: "a/b",
                    certified: true, confidence: 0.95, verdict: .certified, row: table.rows[0], clusters: 12,
                    worth: [worth], simulated: false,
                    live: [
                        "xai/grok": LivePerformance(
                            calls: 3, failed: 1, weight: 2.5, failureRate: 0.3, benchFailureRate: 0)
                    ],
                    derivedAt: 7, reason: "because"),
                bare: SelectionDocument(
                    task: "own", model: nil, arm: nil, runnerUp: nil, certified: false, confidence: nil,
                    verdict: nil, row: nil, clusters: nil, worth: [], simulated: nil, live: [:], derivedAt: nil,
                    reason: "")),
        ]
    }

    private static var worth: SelectionWorth {
        let table = SelectionTable.fixture(rows: [
            .fixture(ModelID(provider: "a", name: "best"), quality: 0.9, cost: USD(pico: 3_000_000_000)),
            .fixture(ModelID(provider: "a", name: "cheap"), quality: 0.89),
        ])
        return table.choose(nil).worth[0]
    }

    private static func record(_ outcome: AttemptClass) -> CallRecord {
        BenchFixtures.call(
            CallID(rawValue: "01CALL"), arm: BenchFixtures.arm(), task: .general, startedAt: BenchFixtures.start,
            outcome: outcome, attempts: 2, origin: .live)
    }

    private static var bareRecord: CallRecord {
        var call = record(.ok)
        (call.model, call.endpoint, call.attempts, call.answer) = (nil, nil, [], Answer())
        call.attempts = [AttemptRecord(report: bareReport, cost: CostReading())]
        call.decision = DecisionRecord(reason: "nothing was asked")
        call.requested = .auto
        return call
    }

    private static var bareReport: AttemptReport {
        AttemptReport(
            id: AttemptID(rawValue: "a.1"), model: ModelID(provider: "p", name: "m"), endpoint: "e", simulated: true,
            timings: AttemptTimings(sentAt: .now, end: .zero), outcome: .cancelled)
    }

    private static var calls: [Sample] {
        let model = ModelID(provider: "groq", name: "openai/gpt-oss-120b")
        var decision = record(.ok).decision
        decision.steps = [.init(after: .milliseconds(1.5), model: model, what: "waited")]
        decision.cache = CacheUse(
            kind: .hit, call: CallID(rawValue: "c"), storedAt: 9, saved: USD(pico: 4),
            finish: FinishReason(kind: .stop, raw: "end_turn"), tokens: TokenUsage(promptTokens: 3))
        decision.history = HistorySummarisation(message: "short", turns: 3, cost: USD(pico: 2), took: .milliseconds(12))
        let logged = LoggedCall(
            id: CallID(rawValue: "01"), origin: .live, isClosed: false, simulated: true, startedAt: 1,
            duration: .milliseconds(3.25), task: .planning, model: model, outcome: .rateLimited, cost: USD(pico: 9),
            decision: decision, error: "busy",
            attempts: [
                .init(
                    id: AttemptID(rawValue: "01.1"), model: model, endpoint: "e",
                    key: KeyFingerprint(rawValue: "abcdef012345"), outcome: .rateLimited, status: 429, message: "slow",
                    sent: .milliseconds(1), firstToken: .milliseconds(2), end: .milliseconds(3), cost: USD(pico: 1),
                    costUnknownBecause: "w", worstCase: USD(pico: 5)),
                .init(id: AttemptID(rawValue: "01.2"), model: model, endpoint: "e"),
            ])
        let open = LoggedCall(
            id: CallID(rawValue: "02"), origin: .bench, isClosed: false, simulated: false, startedAt: 0)
        let events: [AnswerEventDocument] = [
            .attempting(model: model, attempt: AttemptID(rawValue: "a.1")),
            .waiting(model: model, reason: "limit", expected: 1.5), .text("á\u{2028}\0"), .thinking("hm"),
            .refusal("no"), .image(url: "u"), .file(mediaType: "audio/l16", url: "u"),
            .logprobs([
                TokenLogprob(chosen: .init(token: "a", logprob: -1, bytes: [97]), top: [.init(token: "b", logprob: -2)])
            ]),
            .toolCall(index: 1, id: "t", name: "f", arguments: "{"),
            .attemptFailed(model: model, outcome: .overloaded), .thinkingSignature("s"),
            .native(dialect: .anthropic, part: ["type": "x"]), .raw(dialect: .gemini, data: "{}"),
            .responded(names: ["x-request-id": "r"]), .ended(CallDocument(record(.ok))),
        ]
        return [
            Sample(full: CallDocument(record(.contentFilter)), bare: CallDocument(bareRecord)),
            Sample(full: LoggedCallDocument(logged), bare: LoggedCallDocument(open)),
            Sample(
                full: ReplayDocument(id: logged.id, changed: true, then: decision, now: logged.decision),
                bare: ReplayDocument(id: open.id, changed: false, then: open.decision, now: open.decision)),
            Sample(
                full: LogLineDocument(
                    time: "2026-11-29T03:00:00.000Z", level: "info", logger: "dirgen", message: "said",
                    metadata: ["b": "2", "a": "1"]),
                bare: LogLineDocument(
                    time: "2026-11-29T03:00:00.000Z", level: "info", logger: "", message: "",
                    metadata: ["b": "", "a": ""])),
        ]
            + events.map { Sample(full: $0, bare: $0) } + [
                Sample(
                    full: AnswerEventDocument.toolCall(index: 0, id: "1", name: "f", arguments: "{}"),
                    bare: AnswerEventDocument.toolCall(index: 0, id: nil, name: nil, arguments: ""))
            ]
    }

    private static var health: [Sample] {
        let model = ModelID(provider: "groq", name: "x")
        let fingerprint = KeyFingerprint(rawValue: "abcdef012345")
        let change = ChangesDocument.Change(event: "breaker_closed", subject: "groq", text: "closed")
        func key(_ isFull: Bool) -> KeyDocument {
            KeyDocument(
                provider: "groq", fingerprint: fingerprint, variable: isFull ? "GROQ_API_KEY" : nil, configured: isFull,
                endpoint: "e", state: "limited", until: isFull ? 5 : nil, window: isFull ? .minute : nil,
                because: isFull ? .auth : nil, limits: isFull ? [.init(model: model, until: nil, window: nil)] : [],
                known: isFull ? HealthFixtures.apiKey : nil, quotaGroup: isFull ? "g" : nil)
        }
        func lock(_ isFull: Bool) -> LockDocument {
            LockDocument(
                state: "open", holds: isFull, changedAt: isFull ? 1 : nil, reason: isFull ? "limits" : nil,
                releasesAt: isFull ? 2 : nil, probing: isFull, nextProbeAt: isFull ? 3 : nil,
                limited: isFull ? [.init(provider: "groq", until: 9)] : [])
        }
        func breaker(_ isFull: Bool) -> BreakerDocument {
            BreakerDocument(
                of: isFull ? .limits(model, fingerprint) : .lock, endpoint: "e", phase: .halfOpen,
                changedAt: isFull ? 1 : nil, openUntil: isFull ? 2 : nil, probing: true,
                lastFailure: isFull ? .overloaded : nil, openings: 1, calls: 3, failed: 2,
                failureRatio: isFull ? 2.0 / 3 : nil)
        }
        func limit(_ isFull: Bool) -> LimitDocument {
            LimitDocument(
                model: model, key: isFull ? fingerprint : nil, endpoint: "e", blockedUntil: isFull ? 4 : nil,
                blockedWindow: isFull ? .day : nil, inFlight: 1, reservedTokens: 2,
                windows: [
                    .init(
                        resource: .tokens, window: .minute, limit: isFull ? 5 : nil, remaining: isFull ? 1.5 : nil,
                        resetAt: isFull ? 6 : nil)
                ])
        }
        func status(_ isFull: Bool) -> StatusDocument {
            StatusDocument(
                readAt: 8, simulated: isFull, database: "d", databaseExists: isFull,
                endpoints: [.init(provider: "groq", endpoint: "e", isLocal: false)], lock: lock(isFull),
                breakers: [breaker(isFull)], limits: [limit(isFull)], keys: [key(isFull)],
                hedges: isFull ? .init(spent: USD(pico: 1), hedged: .zero) : nil,
                localServers: [
                    LocalServerDocument(
                        provider: .local, endpoint: "l", problem: isFull ? "p" : nil,
                        loaded: isFull ? [LoadedModel(name: "m", backend: "b", lastUsedAt: 1, keepAlive: "5m")] : nil)
                ])
        }
        func provider(_ isFull: Bool) -> DiagnosisDocument.Provider {
            DiagnosisDocument.Provider(
                provider: "groq", state: "failing",
                keys: [
                    .init(
                        variable: "V", fingerprint: fingerprint, isGood: isFull ? true : nil,
                        problem: isFull ? "p" : nil, help: isFull ? "h" : nil)
                ], keysTested: 1, baseURL: "https://e", baseURLFrom: "default", defaultModel: model,
                insteadOf: isFull ? model : nil,
                defaultModelOffered: isFull ? true : nil, models: isFull ? 4 : nil, priced: true,
                probe: isFull ? .milliseconds(1.5) : nil, problem: isFull ? "p" : nil, help: isFull ? "h" : nil)
        }
        func diagnosis(_ isFull: Bool) -> DiagnosisDocument {
            DiagnosisDocument(
                config: isFull ? "dirgen.yaml" : nil, database: "d", databaseExists: isFull, simulated: false,
                providers: [provider(isFull)])
        }
        func test(_ isFull: Bool) -> KeyTestDocument {
            KeyTestDocument(
                provider: "groq", fingerprint: fingerprint, variable: isFull ? "V" : nil, isGood: isFull, finding: "f",
                cost: isFull ? .zero : nil, duration: .milliseconds(2), changes: isFull ? [change] : [])
        }
        return [
            Sample(full: status(true), bare: status(false)), Sample(full: diagnosis(true), bare: diagnosis(false)),
            Sample(full: [key(true)], bare: [key(false)]), Sample(full: [test(true)], bare: [test(false)]),
            Sample(full: ChangesDocument([change]), bare: ChangesDocument([])),
        ]
    }

    private static var keys: [Sample] {
        let (full, bare) = (VirtualKeyFixtures.full, VirtualKeyFixtures.key("bare"))
        return [
            Sample(full: VirtualKeyDocument(full, now: 7), bare: VirtualKeyDocument(bare, now: 7)),
            Sample(
                full: IssuedKeyDocument(full, secret: APIKey("dgk_a"), now: 7),
                bare: IssuedKeyDocument(bare, secret: APIKey(""), now: 7)),
        ]
    }

    private static var store: [Sample] {
        let overview = RunOverview(run: run, trials: 4)
        let counts = CacheCounts(hits: 3, staleHits: 1, misses: 2, shared: 1, saved: USD(pico: 8), unpriced: 0)
        let scope = CacheCounters.Scope(simulated: true, task: .general)
        return [
            Sample(
                full: StoreCheckDocument(
                    StoreCheck(
                        problems: [.init(rule: "r", detail: "d")], notes: ["n"], version: 3, runs: 1, trials: 2,
                        calls: 3, attempts: 4, tables: 5, healthStates: 6, cacheEntries: 7, bytes: 8), path: "p"),
                bare: StoreCheckDocument(StoreCheck(version: 1), path: "")),
            Sample(
                full: PruneDocument(
                    PrunedData(
                        runs: [overview], kept: [run.id], liveCalls: 1, tables: 2, healthStates: 3, cacheEntries: 4,
                        bytesBefore: 5, bytesAfter: 4), removed: true),
                bare: PruneDocument(PrunedData(), removed: false)),
            Sample(
                full: CacheStatisticsDocument(
                    CacheStatistics(entries: 1, bytes: 2, expired: 3, oldest: 4, counts: [scope: counts])),
                bare: CacheStatisticsDocument(CacheStatistics(counts: [scope: CacheCounts(unpriced: 1)]))),
            Sample(
                full: RemovedEntriesDocument(RemovedEntries(entries: 1, bytes: 2)),
                bare: RemovedEntriesDocument(RemovedEntries())),
        ]
    }

    private static var prices: [Sample] {
        let model = ModelID(provider: "openai", name: "gpt-5")
        let quote = PriceBook.builtIn.quote(
            model: model,
            usage: UsageReading(raw: .null, tokens: TokenUsage(promptTokens: 2_000, outputTokens: 700)),
            at: BenchFixtures.start, context: [:])
        let unknown = CostQuote(unknownBecause: "no price")
        let models = Array(PriceBook.builtIn.models.prefix(40))
        return [
            Sample(
                full: QuoteDocument(quote, of: model, at: BenchFixtures.start, prices: "v"),
                bare: QuoteDocument(unknown, of: model, at: 0, prices: "v")),
            Sample(
                full: PriceListDocument(version: "v", models: models),
                bare: PriceListDocument(version: "", models: [])),
            Sample(
                full: PriceImportDocument(file: "f", imported: 2, byProvider: ["a": 2], skipped: ["no price": 1]),
                bare: PriceImportDocument(file: "", imported: 0, byProvider: [:], skipped: [:])),
        ] + models.map { Sample(full: $0, bare: $0) }
    }

    private static var local: [Sample] {
        let stored = StoredModel(
            id: "sha256:1", tags: ["ai/smollm3:latest"], contextSize: 8_192, parameters: "3B", quantization: "Q4",
            size: "1.78 GiB")
        let loaded = LoadedModel(name: "ai/smollm3", backend: "llama.cpp", mode: "chat", lastUsedAt: 3, keepAlive: "5m")
        return [
            Sample(
                full: StoredModelsDocument(
                    [stored], loaded: [loaded], disk: .init(models: 1, engine: 2), provider: .local, endpoint: "e"),
                bare: StoredModelsDocument(
                    [StoredModel(id: "x", tags: [])], loaded: nil, disk: .init(), provider: .local, endpoint: "e")),
            Sample(
                full: [LoadedModelDocument(loaded)], bare: [LoadedModelDocument(LoadedModel(name: "m"))]),
            Sample(
                full: ModelLoadDocument(model: "m", loadTime: .milliseconds(1_250.5), unloaded: ["n"]),
                bare: ModelLoadDocument(model: "m", loadTime: nil, unloaded: [])),
            Sample(
                full: ModelUnloadDocument(unloaded: 1, stillLoaded: ["n"]),
                bare: ModelUnloadDocument(unloaded: 0, stillLoaded: [])),
            Sample(
                full: ModelPullDocument(model: "m", bytes: 9, duration: .seconds(2), warnings: ["w"]),
                bare: ModelPullDocument(model: "m", bytes: nil, duration: .zero, warnings: [])),
        ]
    }
}
