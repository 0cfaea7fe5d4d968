import DirGenCore
import LLMCore
import LLMService
import LLMWire

/// The gateway's list of models, in the caller's dialect: `auto`, the aliases, and every priced or listed model of the providers that can
/// be called, as far as the caller's key may ask for them.
struct ModelListHandler: Sendable {
    let dirgen: DirGen
    let flavour: ServerFlavour
    /// The provider that a bare name belongs to.
    let native: ProviderID
    /// `nil` on an open server: it lists all.
    let grant: AccessGrant?

    func response(_ name: String?, _ request: WholeRequest) -> WholeResponse {
        guard let name else {
            let page = ModelListWriter.Page(
                size: (request.query["limit"] ?? request.query["pageSize"]).flatMap { Int($0) },
                after: request.query["after_id"] ?? request.query["pageToken"], before: request.query["before_id"])
            let models = models
            for place in [page.after, page.before].compactMap(\.self) where !models.contains(where: { $0.id == place })
            {
                return .refusal(
                    ServedError(.badRequest, message: "no model of this list is \(place)", status: 400), flavour)
            }
            return .json(ModelListWriter.list(models, flavour: flavour, page: page))
        }
        guard let model = model(named: name) else {
            return .refusal(ServedError(.modelNotFound, status: 404, model: name), flavour)
        }
        return .json(ModelListWriter.entry(model, flavour: flavour))
    }

    /// The model by its name in the list, or by one that requests may use for it.
    private func model(named name: String) -> ServedModel? {
        let models = models
        if let model = models.first(where: { $0.id == name }) { return model }
        guard case .model(let model)? = try? dirgen.configuration.wish(name, native: native).choice else { return nil }
        return models.first { $0.id == model.description }
    }

    private var models: [ServedModel] {
        let choices =
            ["auto"] + TaskType.builtIn.map { "auto/\($0)" } + dirgen.configuration.aliases.keys.sorted()
        return choices.filter { dirgen.configuration.automaticWish(named: $0).map(mayAskFor) ?? false }.map {
            ServedModel(id: $0, displayName: $0, createdAt: 0, ownedBy: "dirgen")
        }
            + dirgen.callable.flatMap { settings in
                let priced = dirgen.configuration.prices.models(of: settings.name).map(\.model)
                return Set(priced + settings.benchModels).filter { mayAskFor(ModelWish(.model($0))) }.sorted().map {
                    model in
                    ServedModel(
                        id: model.description, displayName: model.name, createdAt: 0,
                        ownedBy: model.provider.rawValue)
                }
            }
    }

    private func mayAskFor(_ wish: ModelWish) -> Bool {
        grant?.key.limits.allow(wish.choice, task: wish.task ?? .general, alias: wish.alias) ?? true
    }
}
