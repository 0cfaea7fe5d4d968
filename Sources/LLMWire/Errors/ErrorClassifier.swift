package import LLMCore

/// Says what a failed response means, by its body as well as its status. The only place that decides.
package enum ErrorClassifier {
    /// Classifies a response whose status was no success.
    ///
    /// - Parameters:
    ///   - body: As much of the body as arrived; JSON of any shape, HTML, plain text or nothing.
    ///   - receivedAt: Wall clock in microseconds since 1970, for reset times given as dates.
    ///   - secrets: Keys in use, taken out of the message.
    /// - Returns: The class, the provider's words made safe, and what it said about waiting.
    package static func classify(
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
        let now = RateLimitReader.clock(headers, receivedAt)
        return Verdict(facts, status: status, dialect: dialect, quirks: quirks, limits: limits, now: now).result(
            secrets)
    }

    /// Classifies an error inside a response whose status was a success.
    ///
    /// - Parameter receivedAt: As in ``classify(status:headers:body:dialect:quirks:receivedAt:secrets:)``.
    static func classifyInBand(
        _ body: JSONValue, dialect: WireDialect, quirks: DialectQuirks, receivedAt: Int64? = nil, secrets: [APIKey]
    ) -> (AttemptClass, ProviderFailure, RateLimitReading?) {
        let facts = ErrorBody(json: body)
        return Verdict(facts, status: facts.status, dialect: dialect, quirks: quirks, limits: nil, now: receivedAt)
            .result(secrets)
    }

    /// The failure for a redirect: the address is wrong, not the parameters, so another provider may answer. It is not
    /// followed, as it would take the key along.
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
}

/// The facts of one failure, and what follows from them.
private struct Verdict {
    let facts: ErrorBody
    let text: ErrorText
    let limits: RateLimitReading?
    let rule: ErrorRule?

    init(
        _ facts: ErrorBody, status: Int?, dialect: WireDialect, quirks: DialectQuirks, limits: RateLimitReading?,
        now: Int64?
    ) {
        self.facts = facts
        // What a gateway's body repeats of the headers counts as they do; the headers themselves are nearer.
        let told = RateLimitReader.read(
            headers: HeaderList(facts.headers), quirks: quirks, failed: true, receivedAt: now)
        self.limits = limits.map { $0.adding(told) } ?? told
        let text = ErrorText(
            facts, status: status, dialect: dialect, headerWait: self.limits?.retryAfter, now: now)
        self.text = text
        rule = ErrorRules.all.first { $0.holds(for: text) }
    }

    private var outcome: AttemptClass { rule?.outcome ?? .serverError }

    func result(_ secrets: [APIKey]) -> (AttemptClass, ProviderFailure, RateLimitReading?) {
        func word(_ text: String?) -> String? { text.map { Redaction.message($0, limit: 120, secrets: secrets) } }
        let said = Redaction.message(facts.message ?? "", secrets: secrets)
        let message = said.isEmpty ? Redaction.message(emptyMessage, secrets: secrets) : said
        var failure = ProviderFailure(
            status: text.status, type: word(facts.type), code: word(facts.code), param: word(facts.param),
            message: message)
        if outcome == .contextOverflow {
            let counts = ContextMeaning.counts(in: text.words)
            failure.promptTokens = facts.promptTokens ?? counts.prompt
            failure.contextLimit = facts.contextLimit ?? counts.limit
        }
        return (outcome, failure, reading)
    }

    private var reading: RateLimitReading? {
        var reading = limits ?? RateLimitReading()
        reading.retryAfter = text.delay
        switch outcome {
        case .rateLimited:
            reading.buckets += facts.quotas.compactMap(\.bucket)
            reading.window = RetryHint.window(
                quotas: facts.quotas, words: text.everything, buckets: reading.buckets)
            reading.retryAfter = [text.delay, text.dated].longest
        // The account is looked at again when its period is over.
        case .quotaExhausted, .account: reading.retryAfter = [text.delay, text.dated].longest
        default: break
        }
        if rule?.neverRetry == true {
            reading.shouldRetry = false
            reading.retryAfter = nil
        }
        return reading == RateLimitReading() ? nil : reading
    }

    private var emptyMessage: String {
        let silence = text.status.map { "status \($0) without a message" } ?? "an error without a message"
        return codeInWords.map { "\(silence): \($0)" } ?? silence
    }

    /// The code, the type or a reason that is a word; "error" says nothing.
    private var codeInWords: String? {
        ([facts.code, facts.type] + facts.reasons).compactMap(\.self).first { word in
            word.contains(where: \.isLetter) && !["error", "failed", "fail", "about:blank"].contains(word.lowercased())
        }
    }
}

extension RateLimitReading {
    /// With what another source tells besides: buckets that this one lacks, and the longer wait.
    fileprivate func adding(_ other: RateLimitReading?) -> RateLimitReading {
        guard let other else { return self }
        var sum = self
        sum.buckets += other.buckets.filter { bucket in
            !buckets.contains { $0.resource == bucket.resource && $0.window == bucket.window }
        }
        sum.retryAfter = [retryAfter, other.retryAfter].longest
        return sum
    }
}
