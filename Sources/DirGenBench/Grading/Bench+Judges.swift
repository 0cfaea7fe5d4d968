package import BenchCore
import BenchGraders
import BenchRunner
package import LLMCore

extension Bench {
    /// The judges that some cases need, with the places where they are asked; empty where none needs one.
    ///
    /// - Parameters:
    ///   - judged: The models whose answers are judged.
    ///   - mayBeUnpriced: The user may allow judges without a price.
    /// - Throws: ``InputError`` for a judge that is unknown, of a judged model's family, or without a price.
    func panel(
        _ request: JudgeRequest, for cases: [BenchCase], judging judged: [ModelID], mayBeUnpriced: Bool = true
    ) throws(InputError) -> JudgePanel {
        let judges = cases.flatMap { $0.assertions.flatMap(\.judged) }
        let embedded = cases.flatMap { $0.assertions.flatMap(\.embedded) }
        var panel = JudgePanel(allowsSameFamily: request.allowsSameFamily)
        panel.judge = try arm(request.model, else: judge, isNeeded: judges.contains { $0.judgeName == nil })
        panel.embeddings = try arm(
            request.embeddings, else: embeddings, isNeeded: embedded.contains { $0.judgeName == nil }, as: "embeddings")
        for name in Set(judges.compactMap(\.judgeName)) { panel.named[name] = try judge(name) }
        for name in Set(embedded.compactMap(\.judgeName)) where panel.named[name] == nil {
            panel.named[name] = try judge(name, as: "embeddings")
        }
        let asked = Set(judges.compactMap { panel.judge(of: $0) })
        for judge in panel.all {
            // An embedding has no opinion of its kin.
            if asked.contains(judge) { try refuseKin(judge, of: judged, panel) }
            if !request.allowsUnpriced { try refuseUnpriced(judge, mayBeAllowed: mayBeUnpriced) }
        }
        return panel
    }

    /// The judge that is asked for, else the configured one; `nil` where no case needs it. A name that was asked for is read all the same:
    /// a wrong one is told now, not with the next dataset.
    private func arm(
        _ name: String?, else configured: ModelID?, isNeeded: Bool, as role: String = "judge"
    ) throws(InputError) -> Arm? {
        guard let name else {
            guard isNeeded, let configured else { return nil }
            return try judge(configured.description, as: role)
        }
        let asked = try judge(name, as: role)
        return isNeeded ? asked : nil
    }

    /// Some judge may cost money.
    func isPaid(_ panel: JudgePanel) -> Bool { panel.all.contains { prices.price(of: $0.model)?.free != true } }

    /// The judges of the plan's cases. Their providers must answer: an answer that nobody can judge is paid for in vain.
    func panel(_ request: BenchRequest, for plan: RunPlan, _ warnings: inout [String]) async throws -> JudgePanel {
        let panel = try panel(request.judge, for: plan.cases, judging: plan.arms.map(\.model))
        func warn(_ model: String, _ isOpen: (BenchCase) -> Bool) {
            let open = plan.cases.count(where: isOpen)
            guard open > 0 else { return }
            let cases = open == 1 ? "1 case" : "\(NumberText.count(open)) cases"
            warnings.append("no \(model) is given: the assertions that need one stay unscored in \(cases)")
        }
        warn("judge model") { $0.assertions.flatMap(\.judged).contains { panel.judge(of: $0) == nil } }
        warn("model of embeddings") { $0.assertions.flatMap(\.embedded).contains { panel.embeddings(of: $0) == nil } }
        if request.judge.model != nil, panel.judge == nil {
            warnings.append("the judge model is asked nothing: no assertion of these cases leaves its judge open")
        }
        if request.judge.embeddings != nil, panel.embeddings == nil {
            warnings.append("the model of embeddings is asked nothing: no assertion of these cases leaves it open")
        }
        let judged = plan.cases.reduce(0) {
            $0 + $1.assertions.flatMap(\.judged).count + $1.assertions.flatMap(\.embedded).count
        }
        guard !panel.all.isEmpty else { return panel }
        // Models of embeddings are on no list of models that chat.
        let judges = unique(plan.cases.flatMap { $0.assertions.flatMap(\.judged) }.compactMap(panel.judge))
        _ = try await usable(
            judges, mayLeaveOut: false, concurrency: request.concurrency, calls: judged * plan.arms.count,
            warnings: &warnings)
        return panel
    }

    /// A judge outside a run, with a budget of its own.
    ///
    /// - Parameter again: Ask for verdicts that the judge has given before, too.
    package func judgeSession(
        _ request: JudgeRequest, for cases: [BenchCase], of run: RunRecord, maxCost: USD, again: Bool = false,
        storeContent: Bool = true
    ) throws(InputError) -> JudgeSession {
        let panel = try panel(request, for: cases, judging: run.arms.map(\.model), mayBeUnpriced: false)
        guard let first = panel.all.first else {
            throw InputError("no assertion of run \(run.id) is decided by a judge model")
        }
        guard panel.all.allSatisfy({ $0.simulated == run.simulated }) else {
            throw InputError("a simulated judge judges only simulated runs, and no other does")
        }
        var books = JudgeBooks(run: run.id, in: store, storeContent: storeContent)
        if !again { books.recall(from: store) }
        let desk = desk(books, maxCost: maxCost)
        return JudgeSession(panel: panel, model: (panel.judge ?? first).model, desk: desk)
    }

    func desk(_ books: JudgeBooks, maxCost: USD) -> JudgeDesk {
        JudgeDesk(asker: asker, embedder: embedder, books: books, maxCost: maxCost, prices: prices, time: time)
    }

    /// A judge by its name, with the place where it is asked.
    ///
    /// - Parameter role: What it is to do, for errors.
    func judge(_ name: String, as role: String = "judge") throws(InputError) -> Arm {
        do {
            return try arm(ArmSpec(name))
        } catch let error as InputError {
            throw InputError(error.code, "\(role): " + error.message, advice: error.advice)
        } catch {
            throw InputError("\(role): \(error)")
        }
    }

    /// - Parameter mayBeAllowed: The user may allow models without a price.
    func refuseUnpriced(_ judge: Arm, mayBeAllowed: Bool) throws(InputError) {
        let bound = CostBound(inputTokens: 100, outputTokens: 100, asksForCache: false)
        guard prices.worstCase(for: bound, to: judge.model, at: time.wallMicroseconds()) == nil else { return }
        throw InputError(
            mayBeAllowed ? .unpriced : .unpricedJudge,
            "no price is known for the judge \(judge.model): the budget could not be kept",
            advice: "add it under prices: in dirgen.yaml")
    }

    private func refuseKin(_ judge: Arm, of judged: [ModelID], _ panel: JudgePanel) throws(InputError) {
        let kin = judged.compactMap { model in panel.conflict(of: judge, with: model).map { (model, $0) } }
        guard let (_, family) = kin.first else { return }
        let names = Set(kin.map(\.0)).sorted().map(\.description).joined(separator: ", ")
        throw InputError(
            "\(judge.model) would judge models of its own family (\(family)): \(names)",
            advice: "name a judge of another family, or allow this one")
    }
}

extension JudgePanel {
    /// Each judge once.
    var all: [Arm] {
        ([judge, embeddings].compactMap(\.self) + named.sorted { $0.key < $1.key }.map(\.value)).reduce(into: []) {
            all, arm in
            if !all.contains(arm) { all.append(arm) }
        }
    }

    /// Some judge is there for an assertion.
    func decides(_ assertion: Assertion) -> Bool {
        (assertion.kind == .similar ? embeddings(of: assertion) : judge(of: assertion)) != nil
    }

    /// The version of grades that these judges have a part in.
    var graderVersion: String { Grader.version(judge: (judge ?? all.first)?.model) }

    /// The evaluators that ask these judges; where there is none, they say so.
    func evaluators(at desk: some JudgeCaller & EmbeddingCaller) -> [any AssertionEvaluator] {
        [JudgeEvaluator(panel: self, caller: desk), SimilarEvaluator(panel: self, caller: desk)]
    }
}

extension JudgeBooks {
    /// Lets replies that are stored serve again. One that cannot be read is asked for anew.
    mutating func recall(from store: any GradingStore) {
        replies = { (try? await store.replies(to: $0)) ?? [] }
    }
}
