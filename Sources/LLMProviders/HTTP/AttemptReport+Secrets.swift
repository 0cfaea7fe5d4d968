import LLMCore
import NIOHTTP1

extension AttemptReport {
    /// The report without secrets, fit to be stored, printed and logged: keys and prompt texts that a provider repeats are removed.
    ///
    /// - Parameter prompt: The texts of the request.
    func sanitized(secrets: [APIKey], prompt: @autoclosure () -> [String]) -> AttemptReport {
        var report = self
        func clean(_ text: String?) -> String? { text.map { Redaction.removing(secrets, from: $0) } }
        func words(_ text: String) -> String {
            Redaction.withoutEchoes(of: prompt(), in: Redaction.removing(secrets, from: text))
        }
        // Only a sentence can repeat a prompt: searching the prompt for every identifier would be wasted.
        report.headers = headers.mapValues { value in
            let isSentence = value.utf8.count(where: { $0 == UInt8(ascii: " ") }) > 2
            return isSentence ? words(value) : Redaction.removing(secrets, from: value)
        }
        report.servedModel = clean(servedModel)
        report.responseID = clean(responseID)
        report.systemFingerprint = clean(systemFingerprint)
        if let finish { report.finish = FinishReason(kind: finish.kind, raw: clean(finish.raw) ?? "") }
        if let failure {
            report.failure?.type = failure.type.map(words)
            report.failure?.code = failure.code.map(words)
            report.failure?.param = failure.param.map(words)
            report.failure?.message = words(failure.message)
        }
        if let usage {
            report.usage?.raw = usage.raw.mappingStrings { Redaction.removing(secrets, from: $0) }
            report.usage?.priceContext = usage.priceContext.mapValues { Redaction.removing(secrets, from: $0) }
        }
        return report
    }
}

extension ChatRequest {
    /// The request's texts that a provider might repeat in an error.
    var texts: [String] {
        messages.flatMap { message in
            message.parts.compactMap { part -> String? in
                switch part {
                case .text(let text): text
                case .toolResult(let result): result.content
                default: nil
                }
            }
        }
    }
}

extension JSONValue {
    fileprivate func mappingStrings(_ change: (String) -> String) -> JSONValue {
        switch self {
        case .string(let text): .string(change(text))
        case .array(let values): .array(values.map { $0.mappingStrings(change) })
        case .object(let object):
            .object(JSONObject(object.map { .init(key: change($0.key), value: $0.value.mappingStrings(change)) }))
        default: self
        }
    }
}

/// Response headers worth keeping: identifiers to quote to a provider, its limits and its own clocks. Any other may hold
/// anything.
enum AllowedHeaders {
    private static let names: Set<String> = [
        "x-groq-region", "x-gemini-service-tier", "openai-processing-ms",
        "openai-version", "server-timing", "x-metrics-ttft-ms", "x-metrics-e2e-ms", "x-metrics-mean-itl-ms",
        "x-should-retry", "retry-after", "retry-after-ms", "via", "server", "content-type",
    ]
    private static let all = names.union(AttemptReport.exchangeHeaders)
    private static let prefixes = ["x-ratelimit-", "anthropic-ratelimit-"]
    private static let mostCharacters = 200

    /// The kept ones by lower-case name; of a repeated header the first.
    static func pick(from headers: some Sequence<(name: String, value: String)>) -> [String: String] {
        var kept: [String: String] = [:]
        for (name, value) in headers {
            let name = name.lowercased()
            guard kept[name] == nil, all.contains(name) || prefixes.contains(where: name.hasPrefix) else { continue }
            kept[name] = value.utf8.count <= mostCharacters ? value : String(value.prefix(mostCharacters))
        }
        return kept
    }
}
