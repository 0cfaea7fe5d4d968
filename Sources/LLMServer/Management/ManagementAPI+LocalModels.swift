import DirGenAPI
import DirGenCore
import LLMCore

extension ManagementAPI {
    /// The models of local servers: on disk, in memory, and changing both.
    static let localModels: [APIOperation] = [
        APIOperation(
            "GET", "/api/models", "The models on a local server's disk, with those in memory marked.", [provider]
        ) { call in
            let control = try await call.localModels()
            let stored = try await control.storedModels().sorted { $0.name < $1.name }
            let loaded = try await managed { try await control.loadedModels() }
            let disk = try await managed { try await control.diskUsage() }
            return StoredModelsDocument(
                stored, loaded: loaded, disk: disk ?? LocalDiskUsage(), provider: control.provider,
                endpoint: control.endpoint)
        },
        APIOperation(
            "POST", "/api/models/{model}/load",
            "Make a local model ready to answer: fetch it when missing, then load it.",
            [model, provider, pull, within]
        ) { call in
            let id = call.localModel()
            let ready = try await call.known(.unknownProvider) {
                try await call.dirgen.makeAvailable(
                    id, pulls: call["pull"].map { $0 == "on" }, within: .seconds(call.number("within", default: 600)))
            }
            return ModelReadyDocument(model: id, managed: ready.isManaged, load: ready.load, pull: ready.pull)
        }.forClients(),
        APIOperation(
            "POST", "/api/models/{model}/pull", "Download a model, and answer when it is on the disk.",
            [model, provider]
        ) { call in
            let name = call.localModel().name
            let start = ContinuousClock.now
            var bytes: Int?
            var warnings: [String] = []
            for try await step in try await call.localModels().pull(name) {
                switch step {
                case .progress(let done, let total): bytes = total ?? done
                case .warning(let message): warnings.append(message)
                case .succeeded: break
                }
            }
            return ModelPullDocument(
                model: name, bytes: bytes, duration: start.duration(to: .now), warnings: warnings)
        },
        APIOperation(
            "POST", "/api/models/{model}/unload", "Take a model out of memory, unless it is answering.",
            [model, provider]
        ) { call in
            let name = call.localModel().name
            let control = try await call.localModels()
            guard try await control.storedModels().contains(where: { LocalModelName.canonical($0.name) == name }) else {
                throw APIError(.unknownModel, "model: \(control.provider) has none named '\(name)'")
            }
            let count = try await control.unload([name])
            let rest = try await control.loadedModels().map(\.name).filter { $0 == name }
            return ModelUnloadDocument(unloaded: count, stillLoaded: rest)
        },
    ]

    private static let provider = APIOperation.Parameter(
        name: "provider", summary: "Name of the local provider; local unless it is given.")
    private static let model = APIOperation.Parameter(
        name: "model", isInPath: true, summary: "Name of the model, its slashes as %2F.")
    private static let pull = APIOperation.Parameter(
        name: "pull", summary: "Whether a missing model may be fetched; the configuration's word unless it is given.",
        words: ["on", "off"])
    private static let within = APIOperation.Parameter(
        name: "within", summary: "Seconds after which the caller gives up; the load goes on for others.",
        range: 1...3_600)

    /// `nil` where the server's models are managed by its own tools.
    private static func managed<Value>(_ body: () async throws -> Value) async throws -> Value? {
        do {
            return try await body()
        } catch let error as LocalModelError where error.reason == .managementUnavailable {
            return nil
        }
    }
}

extension APICall {
    fileprivate var localProvider: ProviderID { self["provider"].map { ProviderID($0) } ?? .local }

    fileprivate func localModels() async throws -> any LocalModelControl {
        try await known(.unknownProvider) { try dirgen.localModels(of: localProvider) }
    }

    /// The model of the path, whose name may have the provider in front.
    fileprivate func localModel() -> ModelID {
        let text = self["model"] ?? ""
        let prefix = "\(localProvider)/"
        let name = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
        return ModelID(provider: localProvider, name: LocalModelName.canonical(name))
    }
}
