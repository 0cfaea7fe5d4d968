public import LLMCore

/// The models on a local server's disk: the document of `models list`.
package struct StoredModelsDocument: Document {
    package struct Model: Document {
        package var model: ModelID
        package var id: String
        package var tags: [String]
        package var parameters: String?
        package var quantization: String?
        package var contextSize: Int?
        package var size: String?
        /// `loading`, `answering`, `loaded` or `on disk`; `nil` where the server does not report it.
        package var state: String?

        private enum CodingKeys: String, CodingKey {
            case model, id, tags, parameters, quantization
            case contextSize = "context_size"
            case size, state
        }
    }
    package var endpoint: String
    /// The server's models can be loaded, unloaded and fetched.
    package var managed: Bool
    package var models: [Model]
    package var modelsBytes: Int?
    package var engineBytes: Int?

    /// - Parameter loaded: `nil` where the server does not report it.
    package init(
        _ stored: [StoredModel], loaded: [LoadedModel]?, disk: LocalDiskUsage, provider: ProviderID, endpoint: String
    ) {
        self.endpoint = endpoint
        managed = loaded != nil
        models = stored.map { model in
            Model(
                model: ModelID(provider: provider, name: model.name), id: model.id, tags: model.tags,
                parameters: model.parameters, quantization: model.quantization, contextSize: model.contextSize,
                size: model.size,
                state: loaded.map { loaded in loaded.first { $0.name == model.name }.map(\.state) ?? "on disk" })
        }
        modelsBytes = disk.models
        engineBytes = disk.engine
    }

    private enum CodingKeys: String, CodingKey {
        case endpoint, managed, models
        case modelsBytes = "models_bytes"
        case engineBytes = "engine_bytes"
    }
}

/// A model in a local server's memory: an element of `models ps`.
package struct LoadedModelDocument: Document {
    package var model: String
    package var backend: String?
    package var mode: String?
    /// `loading`, `answering` or `loaded`.
    package var state: String
    package var lastUsedAt: Int64?
    package var keepAlive: String?

    package init(_ model: LoadedModel) {
        self.model = model.name
        backend = model.backend
        mode = model.mode
        state = model.state
        lastUsedAt = model.lastUsedAt
        keepAlive = model.keepAlive
    }

    private enum CodingKeys: String, CodingKey {
        case model, backend, mode, state
        case lastUsedAt = "last_used_at"
        case keepAlive = "keep_alive"
    }
}

extension LoadedModel {
    /// `loading`, `answering` or `loaded`.
    public var state: String { isLoading ? "loading" : isInUse ? "answering" : "loaded" }
}

/// A model that was brought into memory: the document of `models load`.
package struct ModelLoadDocument: Document {
    package var model: String
    package var wasLoaded: Bool
    /// `nil` when it was loaded already.
    package var loadTime: Double?
    /// Models that had to go for it.
    package var unloaded: [String]

    package init(model: String, loadTime: Duration?, unloaded: [String]) {
        self.model = model
        wasLoaded = loadTime == nil
        self.loadTime = loadTime?.milliseconds
        self.unloaded = unloaded
    }

    private enum CodingKeys: String, CodingKey {
        case model
        case wasLoaded = "was_loaded"
        case loadTime = "load_ms"
        case unloaded
    }
}

/// Models that were taken out of memory: the document of `models unload`.
package struct ModelUnloadDocument: Document {
    package var unloaded: Int
    package var stillLoaded: [String]

    package init(unloaded: Int, stillLoaded: [String]) {
        self.unloaded = unloaded
        self.stillLoaded = stillLoaded
    }

    private enum CodingKeys: String, CodingKey {
        case unloaded
        case stillLoaded = "still_loaded"
    }
}

/// A model that was fetched: the document of `models pull`.
package struct ModelPullDocument: Document {
    package var model: String
    package var outcome: String
    package var bytes: Int?
    package var duration: Double
    package var warnings: [String]

    package init(model: String, bytes: Int?, duration: Duration, warnings: [String]) {
        self.model = model
        outcome = "pulled"
        self.bytes = bytes
        self.duration = duration.milliseconds
        self.warnings = warnings
    }

    private enum CodingKeys: String, CodingKey {
        case model, outcome, bytes
        case duration = "pull_ms"
        case warnings
    }
}
