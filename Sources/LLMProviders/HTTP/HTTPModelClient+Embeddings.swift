public import LLMCore
import LLMWire

extension HTTPModelClient {
    /// Asks for embeddings with one key. Whatever fails is in the result's report.
    public func embed(_ call: EmbeddingCall, credential: APIKey?) async -> EmbeddingResult {
        let sentAt = time.now()
        var report = AttemptReport(
            id: call.attemptID, model: call.model, endpoint: endpoint, simulated: simulated,
            key: credential?.fingerprint, timings: AttemptTimings(sentAt: sentAt, end: .zero), outcome: .ok)
        do throws(ProviderCallError) {
            let answer = try await embeddings(of: call, credential, &report)
            report.timings.end = time.now() - sentAt
            return EmbeddingResult(report: report, vectors: answer.vectors, body: answer.body)
        } catch {
            report.outcome = error.outcome
            report.failure = error.failure
            report.timings.end = time.now() - sentAt
            return EmbeddingResult(report: report, vectors: [])
        }
    }

    private func embeddings(
        of call: EmbeddingCall, _ credential: APIKey?, _ report: inout AttemptReport
    ) async throws(ProviderCallError) -> (vectors: [[Double]], body: [UInt8]?) {
        guard let wire = try wire(call) else {
            report.wasSent = false
            throw ProviderCallError(
                outcome: .badRequest,
                failure: ProviderFailure(message: "\(row.name) has no embeddings of OpenAI's form"))
        }
        let response = try await fetch(wire, credential: credential, within: call.limit)
        report.status = response.status
        report.headers = AllowedHeaders.pick(from: response.headers)
            .mapValues { Redaction.removing(secrets(with: credential), from: $0) }
        guard (200..<300).contains(response.status) else {
            let (outcome, failure, limits) = ErrorClassifier.classify(
                status: response.status, headers: response.headers, body: response.body, dialect: row.dialect,
                quirks: row.quirks, secrets: secrets(with: credential))
            report.rateLimit = limits
            throw ProviderCallError(outcome: outcome, failure: failure.naming(endpoint))
        }
        do throws(WireError) {
            if call.original != nil {
                (report.usage, report.servedModel) = try EmbeddingDialect.facts(response.body)
                return ([], response.body)
            }
            let answer = try EmbeddingDialect.decode(response.body, count: call.texts.count)
            report.usage = answer.usage
            report.servedModel = answer.servedModel
            return (answer.vectors, nil)
        } catch {
            throw ProviderCallError(
                outcome: .malformedJSON, failure: ProviderFailure(status: response.status, message: error.message))
        }
    }

    private func wire(_ call: EmbeddingCall) throws(ProviderCallError) -> WireRequest? {
        guard let original = call.original else {
            return EmbeddingDialect.request(
                model: call.model.name, texts: call.texts, dialect: row.dialect, quirks: row.quirks)
        }
        do {
            return try EmbeddingDialect.request(
                original, model: call.model.name, dialect: row.dialect, quirks: row.quirks)
        } catch {
            throw ProviderCallError(outcome: .badRequest, failure: ProviderFailure(message: error.message))
        }
    }
}
