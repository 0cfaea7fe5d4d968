import LLMCore
import Tracing

/// The attributes of a span that may leave the process, in the order of their names: those on a list, their texts without secrets and cut.
///
/// Whatever somebody sets beside the list, be it a prompt, an answer or a header, is left out and counted.
struct ExportedAttributes: Sendable, Hashable {
    enum Value: Sendable, Hashable {
        case string(String)
        case integer(Int64)
        case double(Double)
        case bool(Bool)
        case array([Value])
    }

    private(set) var values: [(name: String, value: Value)] = []
    private(set) var dropped = 0

    /// Names in full.
    private static let names: Set<String> = [
        "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.token.type", "server.address", "server.port",
        "error.type",
        "exception.type", "http.request.method", "http.route", "http.response.status_code", "network.protocol.version",
        "url.scheme", "gen_ai.request.model", "gen_ai.request.max_tokens", "gen_ai.request.temperature",
        "gen_ai.request.top_p", "gen_ai.request.seed", "gen_ai.request.stream", "gen_ai.response.id",
        "gen_ai.response.model", "gen_ai.response.finish_reasons", "gen_ai.response.time_to_first_chunk",
    ]
    /// Families of names.
    private static let prefixes = ["gen_ai.usage.", "dirgen."]

    init(_ attributes: SpanAttributes) {
        attributes.forEach { name, attribute in
            guard ExportedAttributes.isListed(name), let value = Value(attribute) else { return dropped += 1 }
            values.append((name, value))
        }
        values.sort { $0.name < $1.name }
    }

    private static func isListed(_ name: String) -> Bool {
        names.contains(name) || prefixes.contains { name.hasPrefix($0) }
    }

    static func == (left: ExportedAttributes, right: ExportedAttributes) -> Bool {
        left.dropped == right.dropped && left.values.elementsEqual(right.values, by: ==)
    }

    func hash(into hasher: inout Hasher) {
        for (name, value) in values {
            hasher.combine(name)
            hasher.combine(value)
        }
    }
}

extension ExportedAttributes.Value {
    /// `nil` of what is no value.
    fileprivate init?(_ attribute: SpanAttribute) {
        switch attribute {
        case .string(let text): self = .text(text)
        case .stringConvertible(let value): self = .text("\(value)")
        case .int32(let value): self = .integer(Int64(value))
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .double(value)
        case .bool(let value): self = .bool(value)
        case .stringArray(let values): self = .list(values) { .text($0) }
        case .stringConvertibleArray(let values): self = .list(values) { .text("\($0)") }
        case .int32Array(let values): self = .list(values) { .integer(Int64($0)) }
        case .int64Array(let values): self = .list(values) { .integer($0) }
        case .doubleArray(let values): self = .list(values) { .double($0) }
        case .boolArray(let values): self = .list(values) { .bool($0) }
        default: return nil
        }
    }

    private static func text(_ text: String) -> Self {
        .string(Redaction.message(text, limit: FinishedSpan.longestText))
    }

    private static func list<Element>(_ values: [Element], _ convert: (Element) -> Self) -> Self {
        .array(values.prefix(32).map(convert))
    }
}
