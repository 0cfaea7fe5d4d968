import Foundation
import LLMCore
import Yams

/// A YAML file with the places of its values.
struct YAMLDocument {
    /// As messages name it.
    let name: String
    /// `nil` for an empty document.
    let root: Node?

    /// - Throws: ``ConfigurationError`` for a file that cannot be read or is not YAML, with line and column.
    init(file path: String) throws(ConfigurationError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            let why = isFolder.boolValue ? "is a folder" : exists ? "cannot be read" : "does not exist"
            throw ConfigurationError(place: path, message: "the file \(why)")
        }
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw ConfigurationError(place: path, message: "the file is not UTF-8")
        }
        try self.init(text: text, name: path)
    }

    init(text: String, name: String) throws(ConfigurationError) {
        self.name = name
        do {
            root = try compose(yaml: text)
        } catch {
            throw ConfigurationError([YAMLDocument.problem(error, in: name)])
        }
    }

    private static func problem(_ error: any Error, in name: String) -> ConfigurationError.Problem {
        func at(_ mark: Mark, _ message: String) -> ConfigurationError.Problem {
            .init(place: "\(name):\(mark.line):\(mark.column)", message: message)
        }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
            .composer(_, let problem, let mark, _)?:
            return at(mark, "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context)?:
            return at(context.mark, "keys given twice: \(duplicates.joined(separator: ", "))")
        default: return .init(place: name, message: "not YAML")
        }
    }

    /// The position of a value named as `perfiles_agentes[1].modelo_id`, or of the nearest thing around it that exists.
    func place(ofPath path: String) -> String {
        var node = root
        var mark = root?.mark
        for step in path.split(whereSeparator: { ".[]".contains($0) }) {
            let next =
                Int(step).flatMap { index in node?.sequence.flatMap { $0.indices.contains(index) ? $0[index] : nil } }
                ?? node?.mapping.flatMap { mapping in
                    mapping.first { $0.key.string == String(step) }.map { pair in
                        mark = pair.key.mark ?? mark
                        return pair.value
                    }
                }
            guard let next else { break }
            if next.mapping == nil { mark = next.mark ?? mark }
            node = next
        }
        return mark.map { "\(name):\($0.line):\($0.column)" } ?? name
    }
}
