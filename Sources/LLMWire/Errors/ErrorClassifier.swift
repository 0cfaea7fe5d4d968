public import LLMCore

/// Says what a failed response means, by its body as well as its status. The only place that decides.
public enum ErrorClassifier {
    /// Classifies a response whose status was no success.
    ///
    /// - Parameters:
    ///   - body: As much of the body as arrived; JSON of any shape, HTML, plain text or nothing.
    ///   - receivedAt: Wall clock in microseconds since 1970, for reset times given as dates.
    ///   - secrets: Keys in use, taken out of the message.
    /// - Returns: The class, the provider's words made safe, and what it said about waiting.
    public static func classify(
        status: Int, headers: [(name: String, value: String)], body: [UInt8], dialect: WireDialect,
        quirks: DialectQuirks,
        receivedAt: Int64? = nil, secrets: [APIKey] = []
    ) -> (AttemptClass, ProviderFailure, RateLimitReading?) {
        classify(
            status: status, headers: HeaderList(headers), body: body, dialect: dialect, quirks: quirks,
            receivedAt: receivedAt, secrets: secrets)
    }

    static func classify(
        status: Int, headers: HeaderList, body: [UInt8], dialect: WireDialect, quirks: DialectQuirks,
        receivedAt: Int64?,
        secrets: [APIKey]
    ) -> (AttemptClass, ProviderFailure, RateLimitReading?) {
        guard !(300..<400).contains(status) else { return redirect(status, to: headers["location"], secrets) }
        let facts = ErrorBody(bytes: body)
        let limits = RateLimitReader.read(headers: headers, quirks: quirks, failed: true, receivedAt: receivedAt)
        return verdict(facts, status: status, dialect: dialect, limits: limits, secrets: secrets)
    }

    /// Classifies an error inside a response whose status was a success.
    static func classifyInBand(
        _ body: JSONValue, dialect: WireDialect, quirks: DialectQuirks, secrets: [APIKey]
    ) -> (AttemptClass, ProviderFailure, RateLimitReading?) {
        let facts = ErrorBody(json: body)
        return verdict(facts, status: facts.status, dialect: dialect, limits: nil, secrets: secrets)
    }

    /// Nobody's parameters are at fault, but the address: another provider may serve. It is not followed, as it would take the key along.
    private static func redirect(
        _ status: Int, to location: String?, _ secrets: [APIKey]
    ) -> (AttemptClass, ProviderFailure, RateLimitReading?) {
        // Neither a query nor user information is anybody's business.
        let place = location.map { String($0.prefix { $0 != "?" && $0 != "#" }) }.flatMap {
            $0.contains("@") ? nil : $0
        }
        let words = place.map { " to \(Redaction.message($0, limit: 200, secrets: secrets))" } ?? ""
        let message = "the address redirects\(words), which is not followed: make the final address its base URL"
        return (.tlsOrDNS, ProviderFailure(status: status, message: message), nil)
    }

    // MARK: Verdict

    private static func verdict(
        _ facts: ErrorBody, status: Int?, dialect: WireDialect, limits: RateLimitReading?, secrets: [APIKey]
    ) -> (AttemptClass, ProviderFailure, RateLimitReading?) {
        let message = facts.message ?? ""
        let delay = [facts.retryDelay, RetryHint.delay(in: message), limits?.retryAfter].compactMap(\.self).max()
        let rule = rule(for: facts, status: status, dialect: dialect, delay: delay)
        let outcome = rule?.outcome ?? .serverError
        let failure = ProviderFailure(
            status: status, type: word(facts.type, secrets), code: word(facts.code, secrets),
            param: word(facts.param, secrets),
            message: message.isEmpty ? emptyMessage(status) : Redaction.message(message, secrets: secrets))
        return (outcome, failure, reading(limits, outcome: outcome, rule: rule, facts: facts, delay: delay))
    }

    private static func rule(
        for facts: ErrorBody, status: Int?, dialect: WireDialect, delay: Duration?
    ) -> ErrorRule? {
        let message = (facts.message ?? "").lowercased()
        let words = Set((facts.reasons + [facts.code, facts.type].compactMap(\.self)).map { $0.lowercased() })
        return ErrorRules.all.first { rule in
            (rule.statuses.isEmpty || status.map(rule.statuses.contains) ?? false)
                && (rule.words.isEmpty || !rule.words.isDisjoint(with: words))
                && rule.phrases.allSatisfy(message.contains)
                && !(rule.unlessRetryDelay && delay != nil) && rule.exceptDialect != dialect
        }
    }

    private static func reading(
        _ limits: RateLimitReading?, outcome: AttemptClass, rule: ErrorRule?, facts: ErrorBody, delay: Duration?
    ) -> RateLimitReading? {
        var reading = limits ?? RateLimitReading()
        reading.retryAfter = delay
        if outcome == .rateLimited {
            reading.buckets += facts.quotas.compactMap(\.bucket)
            reading.window = RetryHint.window(
                quotas: facts.quotas, message: facts.message ?? "", buckets: reading.buckets)
        }
        if rule?.neverRetry == true {
            reading.shouldRetry = false
            reading.retryAfter = nil
        }
        return reading == RateLimitReading() ? nil : reading
    }

    private static func word(_ text: String?, _ secrets: [APIKey]) -> String? {
        text.map { Redaction.message($0, limit: 120, secrets: secrets) }
    }

    private static func emptyMessage(_ status: Int?) -> String {
        status.map { "status \($0) without a message" } ?? "an error without a message"
    }
}
