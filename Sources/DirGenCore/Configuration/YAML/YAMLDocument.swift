import Foundation
import LLMCore
import YAMLReading
import Yams

/// A YAML file with the places of its values.
struct YAMLDocument {
    /// As messages name it.
    let name: String
    /// `nil` for an empty document.
    let root: Node?

    /// - Throws: ``ConfigurationError`` for a file that cannot be read or is not YAML, with line and column.
    init(file path: String) throws(ConfigurationError) {
        guard let data = WholeFile.bytes(path) else {
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
        do throws(YAMLText.Fault) {
            root = try YAMLText(text).root
        } catch {
            let place = [error.line, error.column].reduce(name) { place, number in
                number.map { "\(place):\($0)" } ?? place
            }
            throw ConfigurationError(place: place, message: error.message)
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

extension YAMLDocument {
    /// The document as a JSON value; numbers keep their literals, so that 0.01 USD stays 0.01 USD.
    ///
    /// - Throws: ``ConfigurationError`` for a document that aliases blow up beyond any size a person would write.
    func json() throws(ConfigurationError) -> JSONValue {
        guard let root else { return .null }
        guard let value = JSONValue(yaml: root) else {
            throw ConfigurationError(place: name, message: "the document is too large once its aliases are followed")
        }
        return value
    }
}
