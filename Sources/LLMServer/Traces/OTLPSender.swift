import LLMCore

/// One request of an export; the port sends it as a `POST`, and stops when its task is cancelled.
struct OTLPRequest: Sendable {
    var url: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    /// Left for it; the sender stops waiting then, whatever the port does.
    var timeout: Duration
}

struct OTLPResponse: Sendable {
    var status: Int
    /// The header `retry-after`, as it came.
    var retryAfter: String?
    /// A few kilobytes of it are enough.
    var body: [UInt8]

    init(status: Int, retryAfter: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }
}

/// The port of the exporter to the network.
typealias OTLPTransport = @Sendable (OTLPRequest) async throws -> OTLPResponse

/// A sender of one document: repeats what may be repeated, and gives up at the deadline.
struct OTLPSender: Sendable {
    enum Outcome: Sendable, Hashable {
        /// - rejected: Items that the collector took no part of.
        case ok(rejected: Int)
        /// The collector refused the document: it would again.
        case refused
        case failed
        case timedOut
    }

    let transport: OTLPTransport
    let time: TimeSource
    /// Uniform in 0 to 1.
    let jitter: @Sendable () -> Double

    private static let firstWait = Duration.milliseconds(500)
    private static let longestWait = Duration.seconds(5)
    /// Statuses after which OTLP allows another try.
    private static let repeatable: Set<Int> = [429, 502, 503, 504]

    func send(_ document: JSONValue, to target: OTLPConfiguration.Target) async -> Outcome {
        let body = document.bytes
        let deadline = time.now() + target.timeout
        var wait = OTLPSender.firstWait
        while true {
            let headers = [(name: "content-type", value: "application/json")] + target.headers.fields
            let request = OTLPRequest(
                url: target.url, headers: headers, body: body, timeout: deadline - time.now())
            let answer = await answer(to: request, until: deadline)
            var named: Duration?
            switch answer {
            case .none: return .timedOut
            case .some(.success(let response)):
                if (200..<300).contains(response.status) { return .ok(rejected: OTLPSender.rejected(response.body)) }
                guard OTLPSender.repeatable.contains(response.status) else { return .refused }
                named = response.retryAfter.flatMap { Int64($0.trimmingSpaces) }.map { .seconds(max(0, $0)) }
            case .some(.failure): break
            }
            let pause = named ?? wait * (0.5 + jitter() / 2)
            guard !Task.isCancelled, time.now() + pause < deadline else { return .failed }
            guard (try? await time.sleep(time.now() + pause)) != nil else { return .failed }
            wait = min(wait * 2, OTLPSender.longestWait)
        }
    }

    /// `nil` when the deadline came first.
    private func answer(
        to request: OTLPRequest, until deadline: ContinuousClock.Instant
    ) async -> Result<OTLPResponse, any Error>? {
        await withTaskGroup(of: Result<OTLPResponse, any Error>?.self) { group in
            group.addTask {
                do { return .success(try await transport(request)) } catch { return .failure(error) }
            }
            group.addTask {
                do { try await time.sleep(deadline) } catch { return .failure(error) }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    /// `partialSuccess` of a response: `rejectedSpans` or `rejectedDataPoints`.
    private static func rejected(_ body: [UInt8]) -> Int {
        guard let partial = try? JSONValue.parse(body)["partialSuccess"] else { return 0 }
        for name in ["rejectedSpans", "rejectedDataPoints"] {
            guard let value = partial[name] else { continue }
            return value.int ?? value.string.flatMap { Int($0) } ?? 0
        }
        return 0
    }
}
