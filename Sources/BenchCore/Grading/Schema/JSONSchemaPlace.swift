import LLMCore

/// A value within a schema's document, with the path that leads to it.
struct JSONSchemaPlace {
    let value: JSONValue
    let path: [JSONLocations.Step]

    /// The keyword's value; `nil` where it is absent. `null` is a value here.
    subscript(key: String) -> JSONSchemaPlace? {
        value[key].map { JSONSchemaPlace(value: $0, path: path + [.key(key)]) }
    }

    var members: [(key: String, place: JSONSchemaPlace)]? {
        value.object?.map { ($0.key, JSONSchemaPlace(value: $0.value, path: path + [.key($0.key)])) }
    }
    var items: [JSONSchemaPlace]? {
        value.array?.enumerated().map { JSONSchemaPlace(value: $1, path: path + [.index($0)]) }
    }

    func fault(_ message: String) -> JSONSchema.Invalid.Fault {
        JSONSchema.Invalid.Fault(path: path, value: value, message: message)
    }

    /// Follows a JSON Pointer (RFC 6901) as a URI fragment; `nil` when it leads nowhere.
    func following(pointer: Substring) -> JSONSchemaPlace? {
        guard pointer.first == "/" else { return pointer.isEmpty ? self : nil }
        var place = self
        for token in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = JSONSchemaPlace.percentDecoded(token) else { return nil }
            let key = decoded.replacing("~1", with: "/").replacing("~0", with: "~")
            let next =
                if let items = place.items {
                    Int(key).flatMap { items.indices.contains($0) ? items[$0] : nil }
                } else {
                    place[key]
                }
            guard let next else { return nil }
            place = next
        }
        return place
    }

    /// The nearest value in document order whose `$anchor` is that name.
    func anchored(_ name: Substring) -> JSONSchemaPlace? {
        if let given = value["$anchor"]?.string, given == name { return self }
        let inner = members?.map(\.place) ?? items ?? []
        for place in inner {
            if let found = place.anchored(name) { return found }
        }
        return nil
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        guard text.contains("%") else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
