import DirGenAPI
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

    func document(_ control: any LocalModelControl) -> StoredModelsDocument {
        StoredModelsDocument(
            stored, loaded: loaded, disk: disk, provider: control.provider, endpoint: control.endpoint)
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

    var document: [LoadedModelDocument] { models.map(LoadedModelDocument.init) }
}
