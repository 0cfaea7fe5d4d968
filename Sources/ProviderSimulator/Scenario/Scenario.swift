package import LLMCore

/// A scenario: models, faults, limits and local stock, read from YAML or built in a test.
package struct Scenario: Sendable, Hashable {
    /// Models beside the built-in ones, or in place of one with the same identifier.
    package var models: [SimulatedModel]
    /// Keys that every provider refuses.
    package var badKeys: [String]
    package var limits: [LimitRule]
    /// In order: the first that matches and fires is the one that happens.
    package var faults: [FaultRule]
    package var local: LocalStock

    package init(
        models: [SimulatedModel] = [], badKeys: [String] = [], limits: [LimitRule] = [], faults: [FaultRule] = [],
        local: LocalStock = .init()
    ) {
        self.models = models
        self.badKeys = badKeys
        self.limits = limits
        self.faults = faults
        self.local = local
    }
}

/// Which requests a rule is about. `*` stands for anything in `model`; what is `nil` is not looked at.
package struct RequestMatch: Sendable, Hashable {
    package var provider: ProviderID?
    /// The provider's name of the model, without the provider.
    package var model: String?
    package var key: String?
    package var streaming: Bool?
    /// Text that the conversation contains.
    package var prompt: String?

    package init(
        provider: ProviderID? = nil, model: String? = nil, key: String? = nil, streaming: Bool? = nil,
        prompt: String? = nil
    ) {
        self.provider = provider
        self.model = model
        self.key = key
        self.streaming = streaming
        self.prompt = prompt
    }

    func matches(provider: ProviderID, model: String, key: String?) -> Bool {
        if let wanted = self.provider, wanted != provider { return false }
        if let pattern = self.model, !Wildcard.matches(model, pattern) { return false }
        if let wanted = self.key, wanted != key { return false }
        return true
    }
}

/// Glob matching with `*` alone.
enum Wildcard {
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return text == pattern }
        var rest = Substring(text)
        for (index, part) in parts.enumerated() where !part.isEmpty {
            if index == 0 {
                guard rest.hasPrefix(part) else { return false }
                rest = rest.dropFirst(part.count)
            } else if index == parts.count - 1 {
                return rest.hasSuffix(part)
            } else {
                guard let range = rest.firstRange(of: part) else { return false }
                rest = rest[range.upperBound...]
            }
        }
        return true
    }
}

/// A limit that is kept: what is above it gets the provider's 429.
///
/// Windows are fixed, and begin with the first request after the last one ended.
package struct LimitRule: Sendable, Hashable {
    package var match: RequestMatch
    package var resource: RateLimitReading.Bucket.Resource
    package var window: LimitWindow
    package var limit: Int
    package init(
        match: RequestMatch = .init(), resource: RateLimitReading.Bucket.Resource, window: LimitWindow, limit: Int
    ) {
        self.match = match
        self.resource = resource
        self.window = window
        self.limit = limit
    }
}

/// The stock of the simulated Docker Model Runner: models present and models it can pull.
package struct LocalStock: Sendable, Hashable {
    /// Models present at start; `nil` means the built-in pair and those that the scenario adds.
    package var pulled: [String]?
    /// Models whose pull breaks off after progress began: status 200, and the reason in the last lines.
    package var brokenPulls: [String]
    /// Models the registry refuses without a token.
    package var privateModels: [String]
    /// Writes progress as HTML-escaped text whatever the client accepts.
    package var escapesProgress: Bool
    /// Bytes of an image, which decide how many progress lines a pull has.
    package var imageBytes: Int
    /// Milliseconds a pull takes.
    package var pullTime: Double

    package init(
        pulled: [String]? = nil, brokenPulls: [String] = ["ai/broken"], privateModels: [String] = ["ai/private"],
        escapesProgress: Bool = false, imageBytes: Int = 1_915_000_000, pullTime: Double = 3_000
    ) {
        self.pulled = pulled
        self.brokenPulls = brokenPulls
        self.privateModels = privateModels
        self.escapesProgress = escapesProgress
        self.imageBytes = imageBytes
        self.pullTime = pullTime
    }
}
