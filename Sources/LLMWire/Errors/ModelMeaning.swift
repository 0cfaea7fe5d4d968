/// A test of an error's words and codes for a model that is not there to be asked: unknown, retired, or served by nobody.
enum ModelMeaning {
    private static let models: Set<String> = ["model", "deployment", "engine"]
    private static let gone: Set<String> = [
        "deprecated", "retired", "decommissioned", "discontinued", "sunset", "removed", "obsolete",
    ]
    private static let there: Set<String> = [
        "supported", "available", "found", "exist", "deployed", "served", "offered", "recognized", "hosted",
    ]

    static func isGone(_ words: MessageWords) -> Bool {
        if words.sentences.contains(where: { isOfModel($0) || isNobodysModel($0) }) || isNameRefused(words) {
            return true
        }
        // Bedrock's models that are reached by an inference profile alone.
        return words.has("model") && words.has(["throughput", "invocation"])
            && words.pair(["not"], ["supported"], gap: 1)
    }

    /// `model_not_supported`, `DeploymentNotFound`, `UnknownModelError`.
    static func isCode(_ code: MessageWords) -> Bool {
        guard code.has(models),
            !code.has(["parameter", "parameters", "input", "output", "feature", "schema", "response", "permission"])
        else { return false }
        return code.pair(models, ["not"]) && code.pair(["not"], there)
            || code.pair(["unknown", "invalid", "unsupported", "unrecognized", "no", "missing"], models, gap: 1)
            || code.pair(models, gone.union(["unsupported", "unknown"]), gap: 1)
    }

    /// Words by which a sentence is about a part of the request, or about who may ask.
    private static let others: Set<String> = [
        "parameter", "parameters", "tool", "tools", "function", "functions", "image", "images", "audio", "streaming",
        "feature", "format", "field", "output", "response", "call", "modality", "endpoint", "value", "plan", "account",
        "organization", "subscription",
        "project", "team", "tier", "key", "temporarily", "currently", "overloaded", "disabled", "moment",
    ]
    private static let links: Set<String> = [
        "and", "with", "for", "by", "in", "thus", "to", "of", "on", "that", "so", "but",
    ]

    /// "The requested model is not supported", "model x has been retired": the model is the sentence's subject.
    private static func isOfModel(_ sentence: [String]) -> Bool {
        guard Set(sentence).isDisjoint(with: others), let model = sentence.firstIndex(where: models.contains),
            Set(sentence[..<model].suffix(3)).isDisjoint(with: links)
        else { return false }
        let rest = sentence[(model + 1)...]
        guard let verb = rest.firstIndex(where: { ["is", "are", "was", "has", "been", "isn", "does"].contains($0) }),
            Set(rest[..<verb]).isDisjoint(with: links)
        else { return false }
        let said = rest[(verb + 1)...].drop { ["been", "now", "already"].contains($0) }.prefix(3)
        guard let first = said.first else { return false }
        if gone.contains(first) || ["unsupported", "invalid", "unknown"].contains(first) { return true }
        guard first == "not" || first == "no" else { return false }
        return said.dropFirst().first { !["longer", "yet"].contains($0) }.map(there.contains) ?? false
    }

    /// "No endpoints found for x": a router knows nobody who serves it.
    private static func isNobodysModel(_ sentence: [String]) -> Bool {
        guard Set(sentence).isDisjoint(with: ["post", "get", "path", "route", "url", "method"]) else { return false }
        let servers: Set<String> = ["endpoints", "endpoint", "provider", "providers", "deployment", "deployments"]
        let ends: Set<String> = [
            "found", "available", "matching", "match", "support", "supports", "serve", "serves", "exist",
        ]
        return sentence.indices.contains { index in
            sentence[index] == "no" && sentence[(index + 1)...].prefix(3).contains(where: servers.contains)
                && sentence[(index + 1)...].prefix(7).contains(where: ends.contains)
        }
    }

    /// "x is not a valid model ID".
    private static func isNameRefused(_ words: MessageWords) -> Bool {
        words.pair(["not"], ["valid"], gap: 1) && words.pair(["valid"], ["model"])
            && !words.has(["parameter", "input", "output"])
    }
}
