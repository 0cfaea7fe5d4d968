/// A test of an error's words for refusals of the account, the key or the region: by a word for the one and a word for
/// its state.
enum AccountMeaning {
    private static let owners: Set<String> = [
        "account", "accounts", "organization", "organisation", "org", "team", "workspace", "project", "tenant",
        "subscription", "plan", "consumer", "customer", "billing", "membership", "access", "trial", "licence",
        "license",
    ]
    private static let ended: Set<String> = [
        "disabled", "deactivated", "suspended", "banned", "blocked", "restricted", "closed", "terminated", "locked",
        "frozen", "inactive", "expired", "cancelled", "canceled", "revoked", "delinquent", "overdue", "unpaid", "hold",
        "denied", "deleted", "blacklisted", "unverified", "ended", "lapsed", "paused", "flagged", "barred",
    ]
    /// "May be suspended" threatens, and refuses nothing.
    private static let threats: Set<String> = ["may", "might", "could", "will", "would", "if", "can", "being"]

    // MARK: Account

    /// The account behind the key is refused: waiting helps as little as another request would.
    static func isAccountRefused(_ words: MessageWords) -> Bool {
        words.sentences.contains {
            isEnded($0) && Set($0).isDisjoint(with: ["step", "steps"]) || isUnverified($0) || isEntryRefused($0)
        }
            || words.has(["arrearage", "arrears", "overdue", "delinquent", "dunning"])
            || words.pair("good", "standing") || isInactive(words) || isUnpaid(words) || isTotalSpent(words)
            || isUserEnded(words)
    }

    /// `customer_verification_required`, `account_not_verified`, `IdentityVerificationPending`.
    static func isRefusalCode(_ code: MessageWords) -> Bool {
        code.has(["customer", "account", "identity", "user", "phone", "email", "billing", "payment"])
            && code.has(["verification", "verified", "unverified"]) && !code.has("model")
    }

    /// A fault of the server's machinery, which also ends projects, plans and accesses.
    static func isOfMachine(_ words: MessageWords) -> Bool {
        words.has([
            "stream", "connection", "server", "layer", "task", "upstream", "worker", "peer", "socket", "database",
            "shard",
            "lock",
        ])
    }

    private static let unfinished: Set<String> = [
        "being", "pending", "until", "not", "awaiting", "must", "required", "needs", "need", "requires", "incomplete",
        "waiting", "cannot", "before", "unfinished",
    ]

    /// "Your account is being verified": what a model asks of its users beyond that is a permission for it.
    private static func isUnverified(_ sentence: [String]) -> Bool {
        let set = Set(sentence)
        guard set.isDisjoint(with: ["model", "models", "content", "prompt"]), !set.isDisjoint(with: unfinished) else {
            return false
        }
        let holders = owners.subtracting(["access"]).union(["identity", "phone", "email"])
        return follows(sentence, holders, ["verified", "verification", "approved", "approval"], within: 6)
            || follows(sentence, ["verify", "verifying", "approve", "activate"], holders, within: 3)
                && set.isDisjoint(with: ["could", "couldn", "unable", "failed"])
    }

    private static let entries: Set<String> = [
        "oauth", "auth", "authentication", "credential", "credentials",
    ]
    private static let refusals: Set<String> = [
        "allowed", "permitted", "supported", "authorized", "authorised", "enabled", "accepted", "eligible", "used",
        "usable",
    ]

    /// "OAuth authentication is not allowed for this organization", "this credential is only authorized for another product":
    /// the way in is closed, whatever the request asks for.
    private static func isEntryRefused(_ sentence: [String]) -> Bool {
        let set = Set(sentence)
        guard set.isDisjoint(with: ["model", "models", "parameter", "field", "header", "tool", "function"]) else {
            return false
        }
        let isThird = follows(sentence, ["third"], ["party"], within: 1)
        let isKey = follows(sentence, ["subscription", "access", "bearer"], ["token", "tokens", "key"], within: 1)
        guard isThird || isKey || !set.isDisjoint(with: entries) else { return false }
        if follows(sentence, ["cannot", "not", "only", "longer"], refusals, within: 3) { return true }
        return isThird && !set.isDisjoint(with: ["blocked", "prohibited", "forbidden", "disabled", "banned"])
    }

    /// One of `left` before one of `right`, at most `within` words later.
    private static func follows(
        _ sentence: [String], _ left: Set<String>, _ right: Set<String>, within distance: Int
    ) -> Bool {
        sentence.indices.contains { index in
            left.contains(sentence[index]) && sentence[(index + 1)...].prefix(distance).contains(where: right.contains)
        }
    }

    /// "User has been banned": the holder, not what a user wrote.
    private static func isUserEnded(_ words: MessageWords) -> Bool {
        words.pair(["user", "users"], ["banned", "suspended", "deactivated", "terminated", "blacklisted"], gap: 3)
            && !words.has(["input", "prompt", "message", "messages", "content", "model"])
    }

    /// "This organization has been disabled", "the suspended account": the sentence is about the account, not about a model.
    private static func isEnded(_ sentence: [String]) -> Bool {
        sentence.indices.contains { state in
            guard ended.contains(sentence[state]) else { return false }
            let before = sentence[..<state].suffix(9)
            if before.contains("model") || before.contains("models") { return false }
            guard let owner = before.lastIndex(where: owners.contains) else {
                return sentence[state] != "denied"
                    && sentence[(state + 1)...].prefix(2).contains { owners.contains($0) && $0 != "access" }
            }
            if sentence[max(0, owner - 2)..<state].contains(where: threats.contains) { return false }
            // "Access denied" says nothing of the account, "access token" is a key, and access to a page is no account.
            return sentence[owner] != "access"
                || sentence[state] != "denied"
                    && !["token", "key", "to", "layer"].contains(sentence[owner + 1])
        }
    }

    private static func isInactive(_ words: MessageWords) -> Bool {
        let isOff =
            words.pair(owners.subtracting(["access"]), ["active", "activated", "enabled"], gap: 5)
            && words.pair(["not", "longer"], ["active", "activated", "enabled"], gap: 1)
        let isWanted =
            words.pair("billing", "enabled", gap: 3) && words.has(["requires", "must", "required", "please"])
        return !words.has("model") && (isOff || isWanted) || words.pair("under", "review") && words.has(owners)
    }

    private static func isUnpaid(_ words: MessageWords) -> Bool {
        words.pair("past", "due")
            || words.pair(["billing", "payment"], ["hold", "failed", "overdue", "declined"], gap: 3)
            || words.pair(["billing", "payment", "invoice"], ["required", "unpaid", "problem", "issue"], gap: 2)
            || words.pair("payment", "method", gap: 0) || words.pair("unpaid", "invoice") || isCardMissing(words)
    }

    /// "A valid credit card on file is required".
    private static func isCardMissing(_ words: MessageWords) -> Bool {
        guard
            words.pair(["credit", "debit", "payment", "bank"], ["card", "cards"]) || words.pair("card", "file", gap: 1)
        else { return false }
        // A field of that name is a schema's.
        guard !words.has(["schema", "property", "properties", "field", "parameter", "argument", "tool", "function"])
        else {
            return false
        }
        let wants: Set<String> = [
            "requires", "require", "required", "add", "need", "needs", "missing", "attach", "link",
        ]
        return words.pair(wants, ["card"], gap: 5) || words.pair(["card"], wants, gap: 5)
            || words.pair(["no", "not", "without"], ["card"], gap: 4)
            || words.pair(["card"], ["declined", "expired", "rejected"], gap: 3)
    }

    /// "Key limit exceeded (total limit)": a sum that no time gives back.
    private static func isTotalSpent(_ words: MessageWords) -> Bool {
        guard words.pair(["key", "account", "total", "lifetime"], ["limit"], gap: 1), isOver(words) else {
            return false
        }
        return words.has(["total", "lifetime", "overall"]) && RetryHint.window(in: words) == nil
            && !words.has([
                "token", "tokens", "rate", "request", "requests", "worker", "concurrent", "properties", "schema",
                "size",
                "length", "characters", "bytes",
            ])
    }

    private static func isOver(_ words: MessageWords) -> Bool {
        words.hasStem(["exceed", "exhaust", "deplet"])
            || words.has(["reached", "hit", "over", "spent", "used"])
    }

    // MARK: Money

    private static let funds: Set<String> = ["credit", "credits", "balance", "funds", "fund", "budget", "prepayment"]
    private static let gone: Set<String> = [
        "insufficient", "low", "depleted", "exhausted", "empty", "negative", "enough", "sufficient", "zero", "exceeded",
        "recharge",
    ]

    /// Money, credits or a budget are gone.
    static func isSpent(_ words: MessageWords) -> Bool {
        // A thinking budget is a parameter.
        let funds = words.pair("budget", "tokens") || words.has("thinking") ? funds.subtracting(["budget"]) : funds
        return words.pair(gone.subtracting(["enough", "sufficient", "low", "exceeded", "zero"]), funds, gap: 3)
            || words.pair(funds, gone.subtracting(["insufficient"]), gap: 4) && !isEnoughStill(words)
            || words.pair(["no", "not", "without", "run", "ran"], funds, gap: 4) && !isEnoughStill(words)
            || words.pair(["out"], funds, gap: 1) || isAllowanceSpent(words)
            || words.pair(["spend", "spending", "cost"], ["limit", "cap"], gap: 1) && isOver(words)
            || words.has("recharge") || words.pair("top", "up") && words.has(funds) || isExtraWanted(words)
    }

    /// "This draws from your extra usage: add more" is a purse of its own; with a window the plan's limit is meant.
    private static func isExtraWanted(_ words: MessageWords) -> Bool {
        words.pair(["extra", "additional", "metered", "overage"], ["usage"])
            && words.has(["add", "draw", "draws", "enable", "required", "buy"])
            && RetryHint.window(in: words) == nil && !words.has(["context", "rate"])
    }

    /// A free allowance is used up, and the text does not say when there is more.
    static func isGiftSpent(_ words: MessageWords) -> Bool {
        let gifts: Set<String> = ["free", "included", "trial", "complimentary", "promotional"]
        let used =
            words.hasStem(["exhaust", "deplet"]) || words.has(["used", "spent", "consumed"])
            || words.pair(["run", "ran"], ["out"])
        return used && words.pair(gifts, ["usage", "quota", "quotas", "allowance"], gap: 1)
            && RetryHint.window(in: words) == nil && !words.has(["rate", "rpm", "tpm", "tier"])
    }

    /// A prepaid allowance that no window gives back.
    private static func isAllowanceSpent(_ words: MessageWords) -> Bool {
        words.has("allowance") && RetryHint.window(in: words) == nil
            && (isOver(words) || words.pair("not", "enough") || words.pair("no", "allowance", gap: 2))
    }

    private static func isEnoughStill(_ words: MessageWords) -> Bool {
        words.has(["enough", "sufficient"]) && !words.has(["not", "no"])
    }

    // MARK: Key

    /// The key itself is refused.
    static func isKeyRefused(_ words: MessageWords) -> Bool {
        let names =
            words.pair(["api", "access", "auth", "secret", "bearer"], ["key", "keys", "token"]) || words.has("apikey")
        guard names || words.has(["credential", "credentials"]) else { return false }
        return words.has(["invalid", "incorrect", "expired", "revoked", "leaked", "wrong", "malformed", "unrecognized"])
            || words.has(ended) && !words.has("model")
            || words.pair(["not"], ["valid", "found", "recognized", "exist"])
            || words.pair(["no", "missing"], ["api", "key", "credentials"], gap: 1)
    }

    // MARK: Place

    private static let places: Set<String> = [
        "country", "countries", "region", "regions", "territory", "territories", "location", "locations",
        "jurisdiction",
        "geography",
    ]

    /// The provider does not serve where the request comes from; a model that a data centre lacks is another matter.
    static func isPlaceRefused(_ words: MessageWords) -> Bool {
        guard words.has(places), !words.has(["model", "models"]) || isOfCaller(words),
            !words.has(["property", "mime", "schema", "parameter", "field"])
        else { return false }
        return words.has([
            "unsupported", "unavailable", "restricted", "blocked", "prohibited", "forbidden", "embargoed",
        ])
            || words.pair(["not"], ["supported", "available", "allowed", "permitted", "offered", "served"], gap: 3)
    }

    /// The caller's place: people live in countries, data centres have regions.
    private static func isOfCaller(_ words: MessageWords) -> Bool {
        words.pair(["from"], places, gap: 3)
            || words.has(["country", "countries", "territory", "territories", "jurisdiction"])
    }

    // MARK: Access

    private static let holders: Set<String> = [
        "account", "organization", "organisation", "org", "team", "workspace", "project", "subscription", "tenant",
        "plan",
    ]

    /// This account may not use what it asked for, and another may.
    static func isAccessRefused(_ words: MessageWords) -> Bool {
        isOutsideOfPlan(words)
            || words.has(holders)
                && (words.pair(
                    ["not", "no"], ["allowed", "permitted", "authorized", "authorised", "entitled"], gap: 2)
                    || words.pair(["not", "no"], ["access"], gap: 3) || words.pair(["access"], ["denied"], gap: 2))
    }

    /// A model that its owner gives out on conditions: a form about the use case, terms to accept, a legacy that is closed.
    static func isModelWithheld(_ words: MessageWords) -> Bool {
        words.has(["model", "models"])
            && (words.pair("use", "case") && words.has(["form", "details", "submitted"])
                || words.pair("access", "denied", gap: 0) && words.has("legacy"))
    }

    private static let plans: Set<String> = ["plan", "subscription", "tier", "package", "membership"]

    /// "Your current plan does not support this model", "the model is not included in your subscription".
    static func isOutsideOfPlan(_ words: MessageWords) -> Bool {
        let included: Set<String> = [
            "support", "supported", "supports", "include", "included", "cover", "covered", "available", "offered",
        ]
        return words.sentences.contains { sentence in
            guard !Set(sentence).isDisjoint(with: ["model", "models"]), !Set(sentence).isDisjoint(with: plans) else {
                return false
            }
            return follows(sentence, plans, ["not"], within: 4) && follows(sentence, ["not"], included, within: 2)
                || follows(sentence, ["not"], included, within: 2) && follows(sentence, included, plans, within: 6)
        }
    }
}
