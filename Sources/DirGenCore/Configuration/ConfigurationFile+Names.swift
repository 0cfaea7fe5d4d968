import LLMCore
import LLMService
import YAMLReading
import Yams

/// Reads `aliases` and `profiles`: names of the user's own, which callers give.
extension ConfigurationFile {
    mutating func readAliases(_ node: Node?, _ reader: YAMLReader) {
        guard let node, node.null == nil else { return }
        guard let mapping = node.mapping else {
            return reader.report(node, "aliases: expected a mapping of names to models")
        }
        for (key, value) in mapping {
            guard let name = reader.string(key, "aliases") else { continue }
            guard ConfigurationFile.isAlias(name) else {
                reader.report(
                    key, "aliases: '\(name)' is no name: one has no blank, no slash and no star, and is not auto")
                continue
            }
            guard let wish = wish(value, of: name, reader) else { continue }
            aliases[name] = wish
        }
    }

    private func wish(_ node: Node, of name: String, _ reader: YAMLReader) -> ModelWish? {
        if var wish = node.scalar.flatMap({ ModelWish(automatic: $0.string) }) {
            wish.alias = name
            return wish
        }
        return model(node, of: "aliases: \(name)", reader).map { ModelWish(.model($0), alias: name) }
    }

    /// Such a name is told from `provider/model` and from `auto` at sight.
    private static func isAlias(_ name: String) -> Bool {
        guard case .alias? = ModelPattern(name) else { return false }
        return true
    }

    /// Profiles in the form that a PCCE has them, or the path of one.
    func readProfiles(_ node: Node, of document: YAMLDocument, _ reader: YAMLReader) -> ProfileSection? {
        if let text = node.scalar?.string, !text.isEmpty {
            return ProfileSection(content: .file(ConfigurationFile.path(text, in: document)))
        }
        guard node.sequence != nil, let list = JSONValue(yaml: node) else {
            reader.report(node, "profiles: expected a list of profiles, or the path of a PCCE")
            return nil
        }
        return ProfileSection(content: .list(list, document))
    }
}

/// The profiles of a configuration file, not yet read: their models are named as the whole configuration knows them.
struct ProfileSection {
    enum Content {
        case list(JSONValue, YAMLDocument)
        case file(String)
    }
    let content: Content

    /// Of a PCCE.
    var path: String? { if case .file(let path) = content { path } else { nil } }

    /// - Throws: ``ConfigurationError`` with file, line and column.
    func read(_ resolve: (String) -> ModelID?) throws(ConfigurationError) -> [AgentProfile] {
        let (value, document): (JSONValue, YAMLDocument)
        switch content {
        case .list(let list, let own): (value, document) = (["profiles": list], own)
        case .file(let path):
            document = try YAMLDocument(file: path)
            value = try document.json()
        }
        do {
            return try AgentProfile.all(pcce: value, resolve: resolve)
        } catch {
            throw ConfigurationError(place: document.place(ofPath: error.path), message: error.description)
        }
    }
}
