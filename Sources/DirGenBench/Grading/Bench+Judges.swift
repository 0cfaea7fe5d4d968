package import BenchCore
import BenchGraders
import BenchRunner
package import LLMCore

extension Bench {
    /// The judges that some cases need, with the places where they are asked; empty where none needs one.
    ///
    /// - Parameter judged: The models whose answers are judged.
    /// - Throws: ``InputError`` for a judge that is unknown, of a judged model's family, or without a price.
    func panel(_ request: JudgeRequest, for cases: [BenchCase], judging judged: [ModelID]) throws(InputError)
        -> JudgePanel
    {
        let judges = cases.flatMap { $0.assertions.flatMap(\.judged) }
        let embedded = cases.flatMap { $0.assertions.flatMap(\.embedded) }
        var panel = JudgePanel(allowsSameFamily: request.allowsSameFamily)
        if judges.contains(where: { $0.judgeName == nil }) {
            panel.judge = try (request.model ?? judge?.description).map { name throws(InputError) in try judge(name) }
        }
        if embedded.contains(where: { $0.judgeName == nil }) {
            panel.embeddings = try (request.embeddings ?? embeddings?.description).map { name throws(InputError) in
                try judge(name)
            }
        }
        for name in Set((judges + embedded).compactMap(\.judgeName)) { panel.named[name] = try judge(name) }
        let asked = Set(judges.compactMap { panel.judge(of: $0) })
        for judge in panel.all {
            // An embedding has no opinion of its kin.
            if asked.contains(judge) { try refuseKin(judge, of: judged, panel) }
            if !request.allowsUnpriced { try refuseUnpriced(judge) }
        }
        return panel
    }

    /// Some judge may cost money.
    func isPaid(_ panel: JudgePanel) -> Bool { panel.all.contains { prices.price(of: $0.model)?.free != true } }

    /// The judges of the plan's cases. Their providers must answer: an answer that nobody can judge is paid for in vain.
    func panel(_ request: BenchRequest, for plan: RunPlan, _ warnings: inout [String]) async throws -> JudgePanel {
        let panel = try panel(request.judge, for: plan.cases, judging: plan.arms.map(\.model))
        func open(_ row: BenchCase) -> Bool {
            row.assertions.flatMap(\.judged).contains { panel.judge(of: $0) == nil }
                || row.assertions.flatMap(\.embedded).contains { panel.embeddings(of: $0) == nil }
        }
        let unjudged = plan.cases.count(where: open)
        if unjudged > 0 {
            warnings.append(
                "no judge model is given: the assertions that need one stay unscored in \(unjudged) cases")
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
        let names = panel.all.map(\.model.description).joined(separator: ", ")
        warnings.append("judged by \(names), which the estimate leaves out and the budget covers")
        return panel
    }

    /// A judge outside a run, with a budget of its own.
    ///
    /// - Parameter again: Ask for verdicts that the judge has given before, too.
    package func judgeSession(
        _ request: JudgeRequest, for cases: [BenchCase], of run: RunRecord, maxCost: USD, again: Bool = false,
        storeContent: Bool = true
    ) throws(InputError) -> JudgeSession {
        let panel = try panel(request, for: cases, judging: run.arms.map(\.model))
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
    func judge(_ name: String) throws(InputError) -> Arm {
        do {
            return try arm(ArmSpec(name))
        } catch let error as InputError {
            throw InputError(error.code, "judge: " + error.message, advice: error.advice)
        } catch {
            throw InputError("judge: \(error)")
        }
    }

    func refuseUnpriced(_ judge: Arm) throws(InputError) {
        let bound = CostBound(inputTokens: 100, outputTokens: 100, asksForCache: false)
        guard prices.worstCase(for: bound, to: judge.model, at: time.wallMicroseconds()) == nil else { return }
        throw InputError(
            .unpriced, "no price is known for the judge \(judge.model): the budget could not be kept",
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
