package import BenchCore
import LLMCore
import YAMLReading
import Yams

/// The providers of a LiteLLM proxy's `config.yaml`: its `model_list` as rows of `dirgen.yaml`.
///
/// Keys are named, never copied: `os.environ/NAME` becomes `key_env: NAME`, and a key written into the file is refused by its
/// place. Names that clients use become `aliases`; several deployments under one name become a list of `balance`, too.
package struct LiteLLMConfiguration: Sendable, Hashable {
    /// A row under `providers`.
    package struct Provider: Sendable, Hashable {
        package var name: String
        package var dialect: String?
        package var baseURL: String?
        package var keyVariable: String?
        package var isLocal: Bool
        package var models: [String]
    }

    package private(set) var providers: [Provider] = []
    /// A name that clients use, and the model, as `provider/model`, that it stands for.
    package struct Alias: Sendable, Hashable {
        package var name: String
        package var model: String
    }
    package private(set) var aliases: [Alias] = []
    /// Models, as `provider/model`, that share one name in LiteLLM.
    package private(set) var balance: [[String]] = []
    /// Sections that configure LiteLLM's own proxy, with their places.
    package private(set) var notes: [String] = []

    /// Sections of the proxy itself: who may use it, how it logs, how it retries.
    private static let proxySections: Set<String> = [
        "general_settings", "router_settings", "litellm_settings", "environment_variables",
    ]

    /// Reads the text of a configuration.
    ///
    /// - Throws: ``BenchCore/DatasetErrors`` with everything that cannot be carried over, each at its place.
    package init(bytes: [UInt8], path: String) throws(DatasetErrors) {
        guard let root = try YAMLText(bytes, path: path).root, let list = root["model_list"]?.sequence else {
            throw DatasetErrors([
                DatasetError(path: path, message: "not a LiteLLM configuration: there is no model_list")
            ])
        }
        var errors: [DatasetError] = []
        for (key, value) in root.mapping ?? [:] where key.string != "model_list" {
            let name = key.string ?? ""
            if Self.proxySections.contains(name) {
                notes.append("\(path):\(key.mark?.line ?? 1): \(name) configures LiteLLM's own proxy")
            } else {
                errors.append(Self.error(path, value, "\(name): cannot be carried over"))
            }
        }
        var names: [(name: String, model: String)] = []
        for node in list {
            do throws(LiteLLMDeployment.Fault) {
                let deployment = try LiteLLMDeployment(node)
                names.append((deployment.name, add(deployment)))
            } catch {
                let mark = node.mark
                errors.append(
                    DatasetError(
                        path: path, line: error.line ?? mark?.line, column: error.column ?? mark?.column,
                        message: error.message))
            }
        }
        guard errors.isEmpty else { throw DatasetErrors(errors) }
        for (name, model) in names where !aliases.contains(where: { $0.name == name }) && name != model {
            if case .alias? = ModelPattern(name) {
                aliases.append(Alias(name: name, model: model))
            } else {
                notes.append("\(name) can be no alias: clients write \(model)")
            }
        }
        balance = Dictionary(grouping: names) { $0.name }.values.map { $0.map(\.model) }
            .filter { Set($0).count > 1 }.sorted { $0[0] < $1[0] }
    }

    private static func error(_ path: String, _ node: Node, _ message: String) -> DatasetError {
        DatasetError(path: path, line: node.mark?.line, column: node.mark?.column, message: message)
    }

    /// Puts a deployment into the row of its address and key; the model as that row's.
    private mutating func add(_ deployment: LiteLLMDeployment) -> String {
        let place = providers.firstIndex {
            $0.baseURL == deployment.provider.baseURL && $0.keyVariable == deployment.provider.keyVariable
                && $0.dialect == deployment.provider.dialect
                && (deployment.provider.baseURL != nil || $0.name == deployment.provider.name)
        }
        if let place {
            if !providers[place].models.contains(deployment.model) { providers[place].models.append(deployment.model) }
            return "\(providers[place].name)/\(deployment.model)"
        }
        var provider = deployment.provider
        provider.models = [deployment.model]
        let name = provider.name
        var number = 2
        while providers.contains(where: { $0.name == provider.name }) {
            provider.name = "\(name)-\(number)"
            number += 1
        }
        providers.append(provider)
        return "\(provider.name)/\(deployment.model)"
    }

    /// The rows as a part of `dirgen.yaml`.
    package var yaml: String {
        var lines = notes.map { "# \($0)" } + ["providers:"]
        for provider in providers {
            lines.append("  - name: \(provider.name)")
            if let dialect = provider.dialect { lines.append("    dialect: \(dialect)") }
            if let base = provider.baseURL { lines.append("    base_url: \(Self.quoted(base))") }
            if let variable = provider.keyVariable { lines.append("    key_env: \(variable)") }
            if provider.isLocal { lines.append("    locality: local") }
            lines.append("    models: [\(provider.models.map(Self.quoted).joined(separator: ", "))]")
        }
        if !aliases.isEmpty {
            let members = aliases.map { "\(Self.quoted($0.name)): \(Self.quoted($0.model))" }
            lines.append("aliases: {\(members.joined(separator: ", "))}")
        }
        if !balance.isEmpty {
            let groups = balance.map { "[\($0.map(Self.quoted).joined(separator: ", "))]" }
            lines.append("balance: [\(groups.joined(separator: ", "))]")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A JSON string is YAML too.
    private static func quoted(_ text: String) -> String { JSONValue.string(text).text }
}
