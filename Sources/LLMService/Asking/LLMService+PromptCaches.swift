import LLMCore

extension LLMService {
    /// The outlook of a planned call; `nil` where no provider would cache its prompt, or this service weighs no caches.
    func outlook(_ context: AskContext, _ plan: CandidatePlan) -> PromptCacheOutlook? {
        guard let caches = strategies.promptCaches,
            let prompt = PromptBeginnings(of: context.chat, tenant: context.request.tenant)
        else { return nil }
        let now = time.now()
        let warm = caches.warm(prompt, now: now)
        guard let home = warm.first else {
            return PromptCacheOutlook(prompt: prompt, warm: [], forecast: nil, standings: [], options: [])
        }
        let wall = time.wallMicroseconds()
        let forecast = TurnForecast(
            prompt: prompt, tokensPerByte: home.tokensPerByte, parameters: context.chat.parameters, prices: prices,
            now: wall)
        let compared = compared(plan.candidates, warm)
        let options = compared.map { option(of: $0, warm, forecast, hasRival: compared.count > 1, now: now) }
        let rest = plan.candidates.dropFirst(options.count).map { _ in WarmOrder.Standing(isWarm: false) }
        return PromptCacheOutlook(
            prompt: prompt, warm: warm, forecast: forecast,
            standings: options.map { .init(isWarm: $0.warmTokens > 0, cost: $0.costOfTurns) } + rest, options: options)
    }

    /// The candidates up to the last one that a warm prompt may move, with its equals: those behind stay where they are.
    private func compared(
        _ candidates: [Candidate], _ warm: [WarmCacheLedger.WarmPrompt]
    ) -> ArraySlice<Candidate> {
        let places = Set(warm.map(\.place.model))
        let warmPlaces = Set(candidates.filter { places.contains($0.model) }.compactMap(\.place))
        let last = candidates.lastIndex { candidate in
            places.contains(candidate.model) || candidate.place.map(warmPlaces.contains) ?? false
        }
        return candidates.prefix((last ?? 0) + 1)
    }

    private func option(
        of candidate: Candidate, _ warm: [WarmCacheLedger.WarmPrompt], _ forecast: TurnForecast, hasRival: Bool,
        now: ContinuousClock.Instant
    ) -> PromptCacheUse.Option {
        let model = candidate.model
        let here = warm.first { $0.place.model == model }
        let tokens = here.map { forecast.tokens(of: $0) } ?? 0
        let rules = PromptCacheRules(of: model, in: prices, at: forecast.now)
        var option = PromptCacheUse.Option(
            model: model, key: here?.key, warmTokens: tokens, isEstimate: here?.isEstimate ?? false,
            lifeLeft: here.map { $0.expiresAt - now })
        guard hasRival else {
            // With nothing to compare it with, the turns to come are no question.
            option.cost = forecast.costOfTurn(at: model, warmTokens: tokens, rules: rules)
            return option
        }
        let costs = forecast.costs(at: model, warmTokens: tokens, rules: rules)
        (option.cost, option.costOfTurns) = (costs?.turn, costs?.turns)
        return option
    }

    /// The cost of this turn at a candidate, whether or not a warm prompt may move it; `nil` where nothing is warm.
    func turn(at index: Int, of candidates: [Candidate], _ outlook: PromptCacheOutlook?) -> PromptCacheUse.Option? {
        guard let outlook, let forecast = outlook.forecast else { return nil }
        if outlook.options.indices.contains(index) { return outlook.options[index] }
        return option(of: candidates[index], outlook.warm, forecast, hasRival: false, now: time.now())
    }

    /// The reason for which a candidate does not race one that is slow to answer: the whole prompt would be paid afresh; `nil` where it may.
    func obstacle(
        toRacing index: Int, beside slow: Int, of candidates: [Candidate], _ outlook: PromptCacheOutlook?
    ) -> String? {
        guard let own = turn(at: index, of: candidates, outlook),
            let warm = turn(at: slow, of: candidates, outlook),
            !WarmOrder.mayRace(WarmOrder.Standing(turn: own), beside: WarmOrder.Standing(turn: warm))
        else { return nil }
        return "not hedged: \(own.summary(turns: 1)); at \(warm.model) \(warm.summary(turns: 1))"
    }

    /// A plan in the order that its conversation's warm prompt suggests, with its outlook.
    func weighed(_ plan: CandidatePlan, _ context: AskContext) -> (plan: CandidatePlan, outlook: PromptCacheOutlook?) {
        let outlook = outlook(context, plan)
        guard let outlook, let forecast = outlook.forecast else { return (plan, outlook) }
        let (order, moves) = WarmOrder.order(plan.candidates, outlook.standings)
        var plan = plan
        for move in moves {
            let costs = [move.index, move.planned].map { index in
                let option = outlook.options[index]
                return "\(option.costOfTurns.map(NumberText.dollars) ?? NumberText.unknown) at \(option.model)"
            }
            plan.candidates[move.index].why +=
                "; goes first where its prompt is warm: \(forecast.later + 1) turns cost \(costs[0]), \(costs[1])"
        }
        return (plan.reordered(by: order), outlook.reordered(by: order))
    }

    /// The saving by prompt caches in an attempt; zero without usage, `nil` unknown.
    func cacheSaving(of report: AttemptReport, _ context: AskContext) -> USD? {
        guard strategies.promptCaches != nil, let usage = report.usage else { return .zero }
        return prices.cacheSaving(
            model: report.model, usage: usage, at: time.wallMicroseconds(),
            context: context.chat.parameters.priceContext)
    }

    /// The cache that an attempt with this key reads and fills.
    private func place(of model: ModelID, _ key: KeyFingerprint?) -> WarmCacheLedger.Place {
        let group = key.flatMap { configuration.targets[model.provider]?.quotaGroups[$0] }
        return .init(model: model, account: group ?? key?.rawValue)
    }

    /// Learns from an answer what is warm now.
    func learnCache(from report: AttemptReport, _ outlook: PromptCacheOutlook?) {
        guard let caches = strategies.promptCaches, let prompt = outlook?.prompt,
            let tokens = report.usage?.reportedTokens,
            let rules = PromptCacheRules(of: report.model, in: prices, at: time.wallMicroseconds()),
            let cached = rules.cached(by: tokens, asked: prompt.asked)
        else { return }
        caches.record(
            cached, of: prompt, at: place(of: report.model, report.key), key: report.key, rules: rules, now: time.now())
    }

    /// The switch that an answer was, away from where its prompt was warm; `nil` where it was none.
    func cacheSwitch(
        to report: AttemptReport, cost: CostReading, _ outlook: PromptCacheOutlook?
    ) -> PromptCacheUse.Switch? {
        guard let outlook, let forecast = outlook.forecast, let home = outlook.warm.first else { return nil }
        let place = place(of: report.model, report.key)
        let here = outlook.warm.first { $0.place == place }
        guard place != home.place, here?.bytes ?? 0 < home.bytes else { return nil }
        let left = forecast.tokens(of: home) - (here.map { forecast.tokens(of: $0) } ?? 0)
        var change = PromptCacheUse.Switch(
            from: home.place.model, to: report.model, tokensLeft: max(0, left), isEstimate: home.isEstimate)
        if let cost = cost.settled, let tokens = report.usage?.tokens,
            let stayed = forecast.counterfactual(
                tokens, at: home.place.model, warmTokens: home.tokens,
                rules: PromptCacheRules(of: home.place.model, in: prices, at: forecast.now))
        {
            change.cost = cost - stayed
        }
        return change
    }
}

extension WarmOrder.Standing {
    /// For this turn alone.
    fileprivate init(turn: PromptCacheUse.Option) { self.init(isWarm: turn.warmTokens > 0, cost: turn.cost) }
}

extension TurnForecast {
    /// The tokens of a warm beginning, counted as the forecast counts the prompt.
    fileprivate func tokens(of warm: WarmCacheLedger.WarmPrompt) -> Int {
        let tokens = Double(warm.tokens) * tokensPerByte / warm.tokensPerByte
        return min(Int(tokens.rounded()), promptTokens)
    }
}
