import AsyncHTTPClient
import DirGenCore
import LLMCore
import LLMProviders
import LLMService
import NIOCore
import NIOHTTP1
import ProviderSimulator
import TestSupport
import Testing

/// A live service for one cell, and what happened in it.
struct MatrixEnvironment {
    struct Observation: Sendable {
        /// Of each question: who was tried and how that ended.
        var attempts: [[String]] = []
        var outcomes: [AttemptClass] = []
        /// Of each question: the attempts that ended after the caller had read of their answer.
        var readBefore: [[Int]] = []
        var records: [CallRecord] = []
        var blamed: Set<String> = []
        var key = "used"
        var isLocked = false
    }

    let cell: MatrixCell
    let base: Configuration
    let address: SimulatorAddress
    /// A port that takes connections and says nothing.
    let silentPort: Int

    func observe() async throws -> Observation {
        let clock = SkippingClock()
        return try await withDirGen(try configuration(), database: .none, time: clock.source) { dirgen in
            var observation = Observation()
            for request in questions(dirgen) { try await ask(request, dirgen, &observation) }
            let now = clock.source.wallMicroseconds()
            read(await dirgen.service.health.snapshot(now: now), dirgen, now: now, into: &observation)
            return observation
        }
    }

    // MARK: Configuration

    private func configuration() throws -> Configuration {
        var configuration = base
        configuration.transport.connectTimeout = .seconds(1)
        configuration.priority = [cell.cloud, "mirror", "openai", .local]
        let cloud = try #require(base.provider(cell.cloud))
        var first = cloud
        first.keys = cell.mechanism == .rotate ? [APIKey("k1"), APIKey("k2")] : [APIKey("k1")]
        first.chosenModel = cell.sibling
        switch cell.injection {
        case .silent: first.row.baseURL = try BaseURL("https://127.0.0.1:\(silentPort)")
        case .plain: first.row.baseURL = try BaseURL("https://127.0.0.1:\(address.port)")
        case .fault, .impossible: break
        }
        var mirror = first
        mirror.row.name = "mirror"
        mirror.keys = [APIKey("k3")]
        mirror.chosenModel = ModelID(provider: "mirror", name: cell.sibling.name)
        var other = try #require(base.provider("openai"))
        other.keys = [APIKey("k4")]
        let local = try #require(base.provider(.local))
        switch cell.mechanism {
        case .retry, .rotate: configuration.providers = [first]
        case .fallBack: configuration.providers = [first, other, local]
        case .lock: configuration.providers = [first, mirror, local]
        }
        return configuration
    }

    private func questions(_ dirgen: DirGen) -> [AskRequest] {
        func question(_ model: ModelID, retries: Int = 0, fallback: Bool = false) -> AskRequest {
            var request = dirgen.request("What is idempotence? \(cell.mark)", model: model)
            request.chat.stream = cell.phase.streams
            request.useCache = false
            request.policy.retries = retries
            request.policy.fallback = fallback
            request.policy.limits = cell.limits
            return request
        }
        switch cell.mechanism {
        case .retry: return [question(cell.requested, retries: 1)]
        case .rotate: return [question(cell.requested)]
        case .fallBack: return [question(cell.requested, fallback: true)]
        case .lock:
            let mirrored = ModelID(provider: "mirror", name: cell.sibling.name)
            return [question(cell.sibling), question(mirrored), question(cell.sibling, fallback: true)]
        }
    }

    // MARK: What happened

    private func ask(_ request: AskRequest, _ dirgen: DirGen, _ observation: inout Observation) async throws {
        var hasRead = false
        var readBefore: [Int] = []
        var failures = 0
        for try await event in dirgen.asker.ask(request) {
            switch event {
            case .attempting: hasRead = false
            case .waiting, .thinkingSignature, .image, .file, .logprobs, .native, .raw, .responded: break
            case .text, .thinking, .refusal, .toolCall: hasRead = true
            case .attemptFailed:
                failures += 1
                if hasRead { readBefore.append(failures) }
            case .ended(let record):
                observation.attempts.append(record.attempts.map { describe($0.report) })
                observation.outcomes.append(record.outcome)
                observation.records.append(record)
            }
        }
        observation.readBefore.append(readBefore)
    }

    private func describe(_ report: AttemptReport) -> String {
        let names = ["k1", "k2", "k3", "k4"]
        let key = names.first { APIKey($0).fingerprint == report.key }.map { "·" + $0 } ?? ""
        return "\(cell.letter(report.model))\(key) \(report.outcome.rawValue)"
    }

    private func read(_ snapshot: HealthSnapshot, _ dirgen: DirGen, now: Int64, into observation: inout Observation) {
        let first = APIKey("k1").fingerprint
        observation.isLocked = snapshot.lock(of: dirgen.service.configuration.scope)?.isEngaged == true
        for entry in snapshot.entries {
            let breaker = entry.state.breaker
            let counts = breaker?.openUntil != nil || breaker?.slices.contains { $0.failed > 0 } == true
            switch entry.key.subject {
            case .provider where counts: observation.blamed.insert("provider")
            case .model where counts: observation.blamed.insert("model")
            case .key(_, let key):
                if counts { observation.blamed.insert("key") }
                if key == first, entry.state.key?.retiredBecause != nil { observation.key = "retired" }
            case .limits(_, let key) where key == first:
                if let until = entry.state.limits?.blockedUntil, until > now { observation.key = "rests" }
            default: break
            }
        }
    }
}

/// What the simulator says it served, in its own words.
struct SimulatorLedger {
    let address: SimulatorAddress

    /// Entries after the `number`th in the order their requests came, once nothing is in flight.
    func entries(after number: Int) async throws -> [JSONValue] {
        // A client that left just as its answer began may stay in flight for good.
        let patience = ContinuousClock.now + .seconds(20)
        while try await get("stats")["in_flight"]?.int != 0, ContinuousClock.now < patience {}
        let entries = try await get("ledger?after=\(number)&limit=100000")["entries"]?.array ?? []
        return entries.sorted { ($0["received_ns"]?.int ?? 0) < ($1["received_ns"]?.int ?? 0) }
    }

    func get(_ path: String) async throws -> JSONValue {
        let request = HTTPClientRequest(url: address.origin + "/_sim/" + path)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let body = try await response.body.collect(upTo: 1 << 26)
        return try JSONValue.parse(Array(body.readableBytesView))
    }
}
