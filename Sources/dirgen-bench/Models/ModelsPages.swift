import DirGenCore

/// The models on a disk, for people and for programs.
struct StoredModelsPage {
    let stored: [StoredModel]
    /// `nil` where the server does not tell.
    let loaded: [LoadedModel]?
    let disk: LocalDiskUsage

    private func state(of model: StoredModel) -> String? {
        guard let loaded else { return nil }
        return loaded.first { $0.name == model.name }.map(\.state) ?? "on disk"
    }

    var text: String {
        guard !stored.isEmpty else { return "no models: `dirgen-bench models pull ai/smollm3` fetches one" }
        var table = TextTable([
            ("MODEL", .left), ("PARAMETERS", .left), ("QUANTIZATION", .left), ("CONTEXT", .right), ("SIZE", .right),
            ("STATE", .left),
        ])
        for model in stored {
            table.add([
                model.name, model.parameters ?? "-", model.quantization ?? "-",
                model.contextSize.map(String.init) ?? "-",
                model.size ?? "-", state(of: model) ?? "-",
            ])
        }
        guard let bytes = disk.models else { return table.text }
        return table.text + "\n\(stored.count) \(stored.count == 1 ? "model" : "models"), \(ByteText.of(bytes)) on disk"
    }

    func json(_ control: any LocalModelControl) -> JSONValue {
        [
            "endpoint": .string(control.endpoint), "managed": .bool(loaded != nil),
            "models": .array(
                stored.map { model in
                    [
                        "model": .string(ModelID(provider: control.provider, name: model.name).description),
                        "id": .string(model.id), "tags": .array(model.tags.map { .string($0) }),
                        "parameters": words(model.parameters), "quantization": words(model.quantization),
                        "context_size": number(model.contextSize), "size": words(model.size),
                        "state": words(state(of: model)),
                    ]
                }), "models_bytes": number(disk.models), "engine_bytes": number(disk.engine),
        ]
    }
}

/// The models in memory.
struct LoadedModelsPage {
    let models: [LoadedModel]

    var text: String {
        guard !models.isEmpty else { return "no model is loaded" }
        var table = TextTable([
            ("MODEL", .left), ("BACKEND", .left), ("STATE", .left), ("LAST USED", .left), ("KEEP ALIVE", .left),
        ])
        for model in models {
            table.add([
                model.name, model.backend ?? "-", model.state,
                model.lastUsedAt.map { NumberText.timestamp(microseconds: $0) } ?? "-", model.keepAlive ?? "-",
            ])
        }
        return table.text
    }

    var json: JSONValue {
        .array(
            models.map { model in
                [
                    "model": .string(model.name), "backend": words(model.backend),
                    "mode": words(model.mode), "state": .string(model.state),
                    "last_used_at": model.lastUsedAt.map { .number(JSONNumber($0)) } ?? .null,
                    "keep_alive": words(model.keepAlive),
                ]
            })
    }
}

private func words(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
private func number(_ value: Int?) -> JSONValue { value.map { JSONValue($0) } ?? .null }

extension LoadedModel {
    /// `loading`, `answering` or `loaded`.
    fileprivate var state: String { isLoading ? "loading" : isInUse ? "answering" : "loaded" }
}
