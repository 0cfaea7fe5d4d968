import BenchCore
import DirGenCore
import LLMCore

/// The arms of a run: models by the names that people give, whose providers answer.
extension Bench {
    func defaultArms() throws -> [Arm] {
        let arms = providers.flatMap { provider in
            provider.defaultModels.map { Arm(model: $0, endpoint: provider.endpoint, simulated: provider.simulated) }
        }
        guard !arms.isEmpty else {
            throw InputError(.noProvider, "no provider is configured", advice: "set a key such as OPENAI_API_KEY")
        }
        return arms
    }

    func arm(_ spec: ArmSpec) throws -> Arm {
        let model = try resolve(spec.model)
        guard let provider = provider(model.provider) else {
            let help = unconfigured[model.provider] ?? "its provider is not configured"
            throw InputError("\(model) cannot be used: \(help)")
        }
        return Arm(
            model: model, parameters: spec.parameters, endpoint: provider.endpoint, simulated: provider.simulated)
    }

    private func resolve(_ text: String) throws(InputError) -> ModelID {
        do throws(ModelNameError) {
            return try modelNames.model(named: text)
        } catch {
            switch error {
            case .unknownProvider(let provider):
                let known = (providers.map(\.id) + unconfigured.keys).map(\.rawValue).sorted().joined(separator: ", ")
                throw InputError("unknown provider '\(provider)' in '\(text)'", advice: "known are \(known)")
            case .unknownModel: throw InputError("unknown model '\(text)'", advice: "write provider/model")
            case .ambiguous(let found):
                let names = found.map(\.description).joined(separator: ", ")
                throw InputError("several providers have a model '\(text)'", advice: "choose among \(names)")
            }
        }
    }

    func unique(_ arms: [Arm]) -> [Arm] {
        var seen = Set<ArmID>()
        return arms.filter { seen.insert($0.id).inserted }
    }

    /// Leaves out arms whose provider does not answer, where that is allowed: one that was asked for by name may not be left out.
    func usable(
        _ arms: [Arm], mayLeaveOut: Bool, concurrency: Int?, calls: Int, warnings: inout [String]
    ) async throws -> [Arm] {
        let probes = await probe(Set(arms.map(\.model.provider)), concurrency: concurrency, calls: calls)
        var kept: [Arm] = []
        var problems: [String] = []
        var misnamed = 0
        for arm in arms {
            switch probes[arm.model.provider] {
            case .unusable(let outcome, let message): problems.append("\(arm.model): \(outcome.rawValue): \(message)")
            case .usable(let models?) where !models.isEmpty && !lists(models, arm.model):
                problems.append(
                    "\(arm.model): model_not_found: the provider lists \(nearest(to: arm.model.name, models))")
                misnamed += 1
            default: kept.append(arm)
            }
        }
        guard problems.isEmpty || (mayLeaveOut && !kept.isEmpty) else {
            // An unknown name is the user's to correct; a provider that does not answer is not.
            guard misnamed < problems.count else {
                throw InputError(.unknownModel, "unknown model: " + problems.joined(separator: "; "))
            }
            throw ProviderUnusable(problems: problems)
        }
        warnings += problems.map { "left out \($0)" }
        return kept
    }

    /// A few of many names, those most like the one that was meant first.
    private func nearest(to name: String, _ models: [String]) -> String {
        func likeness(_ model: String) -> Int { zip(model, name).prefix { $0 == $1 }.count }
        let shown = models.sorted { (-likeness($0), $0) < (-likeness($1), $1) }.prefix(8)
        return shown.joined(separator: ", ") + (models.count > shown.count ? ", …" : "")
    }

    /// A local server fills in the tag `:latest` that a name leaves out.
    private func lists(_ models: [String], _ model: ModelID) -> Bool {
        models.contains(model.name)
            || (provider(model.provider)?.isLocal == true
                && models.contains { LocalModelName.canonical($0) == LocalModelName.canonical(model.name) })
    }

    /// - Parameter calls: No more connections are opened than there are calls to come.
    private func probe(_ ids: Set<ProviderID>, concurrency: Int?, calls: Int) async -> [ProviderID: ProviderCheck] {
        await withTaskGroup(of: (ProviderID, ProviderCheck).self) { group in
            for provider in providers where ids.contains(provider.id) {
                group.addTask { (provider.id, await provider.probe(min(concurrency ?? provider.concurrency, calls))) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}
