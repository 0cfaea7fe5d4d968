package import LLMCore

/// The model that a provider answers with when none is named, and whether it can be asked: an element of `/api/defaults`.
package struct ProviderDefaultDocument: Document {
    package var provider: ProviderID
    package var model: ModelID
    package var local: Bool
    package var callable: Bool
    /// The reason for which it cannot be called.
    package var reason: String?
    package var help: String?

    package init(
        provider: ProviderID, model: ModelID, isLocal: Bool, isCallable: Bool, reason: String? = nil,
        help: String? = nil
    ) {
        self.provider = provider
        self.model = model
        local = isLocal
        callable = isCallable
        self.reason = reason
        self.help = help
    }
}

/// A profile whose constraints and models count in a selection, as a program sends it to `/api/selection/{task}`.
package struct SelectionRequestDocument: Document {
    /// An agent profile with the members that it has in a PCCE.
    package var profile: JSONValue

    package init(profile: JSONValue) { self.profile = profile }
}

/// A local model that can answer: the document of `/api/models/{model}/load`.
package struct ModelReadyDocument: Document {
    package var model: ModelID
    /// `false`: the server's models are managed by its own tools, and nothing was looked at.
    package var managed: Bool
    /// `null` when it was in memory.
    package var loadTime: Double?
    /// `null` when it was on the disk.
    package var pullTime: Double?

    package init(model: ModelID, managed: Bool, load: Duration?, pull: Duration?) {
        self.model = model
        self.managed = managed
        loadTime = load?.milliseconds
        pullTime = pull?.milliseconds
    }

    private enum CodingKeys: String, CodingKey {
        case model, managed
        case loadTime = "load_ms"
        case pullTime = "pull_ms"
    }
}

/// A program's wish for the next key of a provider's round, as it sends it to `/api/keys/next`.
package struct KeyRequestDocument: Document {
    package var provider: ProviderID
    /// The keys that the program has; `null` is all.
    package var among: [KeyFingerprint]?

    package init(provider: ProviderID, among: [KeyFingerprint]? = nil) {
        self.provider = provider
        self.among = among
    }
}

/// The next key of a provider's round, by its fingerprint. Never the key itself.
package struct KeyTurnDocument: Document {
    package var provider: ProviderID
    package var fingerprint: KeyFingerprint
    /// The variable that holds it where the server runs.
    package var variable: String?

    package init(provider: ProviderID, fingerprint: KeyFingerprint, variable: String? = nil) {
        self.provider = provider
        self.fingerprint = fingerprint
        self.variable = variable
    }
}

/// The end of a call that a program made by itself, as it sends it to `/api/keys/{fingerprint}/results`.
package struct KeyResultDocument: Document {
    package var provider: ProviderID
    package var outcome: AttemptClass
    /// The wait that the provider asked for.
    package var retryAfter: Double?

    private enum CodingKeys: String, CodingKey {
        case provider, outcome
        case retryAfter = "retry_after_ms"
    }

    package init(provider: ProviderID, outcome: AttemptClass, retryAfter: Duration? = nil) {
        self.provider = provider
        self.outcome = outcome
        self.retryAfter = retryAfter?.milliseconds
    }
}
