import HTTPTypes
import LLMCore
import LLMWire

/// A caller's wishes beyond its dialect, from the `x-dirgen-*` headers of its request.
struct RoutingHeaders: Sendable, Hashable {
    var task: TaskType?
    /// The name of a profile of the configuration's.
    var profile: String?
    var usesCache: Bool?
    var maxCost: USD?
    var deadline: Duration?
    var hedges: Bool?
    var tags: [CallTag] = []
    /// Other models may answer when the first fails; on unless the caller says `off`.
    var fallsBack = true

    static let prefix = "x-dirgen-"

    /// - Throws: A refusal that names the header, for a value that cannot be read and for a name that does not exist: a misspelt limit must
    ///   not be dropped in silence.
    init(_ fields: HTTPFields) throws(ServedError) {
        for field in fields {
            let name = field.name.canonicalName
            guard name.hasPrefix(Self.prefix) else { continue }
            try read(name, field.value)
        }
    }

    private mutating func read(_ name: String, _ value: String) throws(ServedError) {
        switch name.dropFirst(Self.prefix.count) {
        case "task":
            guard !value.isEmpty else { throw refusal(name, "a task type") }
            task = TaskType(value)
        case "profile":
            guard !value.isEmpty else { throw refusal(name, "the name of a profile") }
            profile = value
        case "cache": usesCache = try flag(name, value)
        case "hedge": hedges = try flag(name, value)
        case "fallback": fallsBack = try flag(name, value)
        case "max-cost":
            guard let cost = USD(value), cost > .zero else { throw refusal(name, "dollars, as 0.05") }
            maxCost = cost
        case "tags":
            do { tags = try CallTag.checked(tags + CallTag.list(value)) } catch {
                throw ServedError(.badRequest, message: "the header \(name): \(error)", status: 400)
            }
        case "deadline-ms":
            guard let milliseconds = Int(value), (1...86_400_000).contains(milliseconds) else {
                throw refusal(name, "milliseconds, from 1 to a day")
            }
            deadline = .milliseconds(milliseconds)
        default: throw ServedError(.badRequest, message: "the header \(name) is not known", status: 400)
        }
    }

    private func flag(_ name: String, _ value: String) throws(ServedError) -> Bool {
        switch value.lowercased() {
        case "on", "true", "1": return true
        case "off", "false", "0": return false
        default: throw refusal(name, "on or off")
        }
    }

    private func refusal(_ name: String, _ expected: String) -> ServedError {
        ServedError(.badRequest, message: "the header \(name): expected \(expected)", status: 400)
    }
}

extension HTTPFields {
    /// The headers that say how a request's body is to be read; without them a provider refuses its newer members.
    var ofBody: OriginalRequest.Headers {
        OriginalRequest.Headers(
            [("anthropic-beta", value(.anthropicBeta)), ("openai-beta", value(.openAIBeta))].compactMap { name, value in
                value.map { (name, $0) }
            })
    }
}
