import LLMCore

/// An encoder into ``LLMCore/JSONValue``: members in the order they are written, `nil` as `null`, dictionaries sorted by key.
///
/// `JSONEncoder` leaves `nil` out and shuffles members, so that the same document would not be the same bytes.
struct DocumentEncoder: Encoder {
    let node: DocumentNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func json(of value: some Encodable) throws -> JSONValue {
        let node = DocumentNode()
        try node.write(value, at: [])
        return node.json
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.becomeObject()
        return KeyedEncodingContainer(KeyedDocumentEncoding(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.becomeArray()
        return UnkeyedDocumentEncoding(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleDocumentEncoding(node: node, codingPath: codingPath)
    }
}

/// A place in a document that is being written.
final class DocumentNode {
    private enum Content {
        case value(JSONValue)
        case object([(key: String, node: DocumentNode)])
        case array([DocumentNode])
    }
    private var content = Content.value(.null)

    var json: JSONValue {
        switch content {
        case .value(let value): value
        case .object(let members): .object(JSONObject(members.map { .init(key: $0.key, value: $0.node.json) }))
        case .array(let nodes): .array(nodes.map(\.json))
        }
    }

    var count: Int {
        guard case .array(let nodes) = content else { return 0 }
        return nodes.count
    }

    func becomeObject() {
        if case .object = content { return }
        content = .object([])
    }

    func becomeArray() {
        if case .array = content { return }
        content = .array([])
    }

    func member(_ key: String) -> DocumentNode {
        let node = DocumentNode()
        guard case .object(var members) = content else { return node }
        // Appended in place: a table's draws are lists of thousands.
        content = .value(.null)
        members.append((key, node))
        content = .object(members)
        return node
    }

    func element() -> DocumentNode {
        let node = DocumentNode()
        guard case .array(var nodes) = content else { return node }
        content = .value(.null)
        nodes.append(node)
        content = .array(nodes)
        return node
    }

    func write(_ value: some Encodable, at path: [any CodingKey]) throws {
        switch value {
        case let value as JSONValue: content = .value(value)
        case let value as Bool: content = .value(.bool(value))
        case let value as String: content = .value(.string(value))
        case let value as Double: content = .value(JSONValue(value))
        case let value as any BinaryInteger: content = .value(.number(JSONNumber(uncheckedLiteral: "\(value)")))
        case let value as [String: any Encodable]:
            becomeObject()
            for (key, value) in value.sorted(by: { $0.key < $1.key }) { try member(key).write(value, at: path) }
        default: try value.encode(to: DocumentEncoder(node: self, codingPath: path))
        }
    }
}

private struct KeyedDocumentEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: DocumentNode
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) throws { _ = node.member(key.stringValue) }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        try node.member(key.stringValue).write(value, at: codingPath + [key])
    }

    // One for each type: beside a generic one the protocol's own, which leave `nil` out, would be taken for these.
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try write(value, forKey: key) }
    func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws { try write(value, forKey: key) }

    private func write(_ value: (some Encodable)?, forKey key: Key) throws {
        if let value { try encode(value, forKey: key) } else { try encodeNil(forKey: key) }
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        DocumentEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key]).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        DocumentEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key]).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { DocumentEncoder(node: node.member("super"), codingPath: codingPath) }

    func superEncoder(forKey key: Key) -> any Encoder {
        DocumentEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
    }
}

private struct UnkeyedDocumentEncoding: UnkeyedEncodingContainer {
    let node: DocumentNode
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    func encodeNil() throws { _ = node.element() }

    func encode<T: Encodable>(_ value: T) throws { try node.element().write(value, at: codingPath) }

    func nestedContainer<NestedKey: CodingKey>(keyedBy keyType: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> {
        DocumentEncoder(node: node.element(), codingPath: codingPath).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        DocumentEncoder(node: node.element(), codingPath: codingPath).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { DocumentEncoder(node: node.element(), codingPath: codingPath) }
}

private struct SingleDocumentEncoding: SingleValueEncodingContainer {
    let node: DocumentNode
    let codingPath: [any CodingKey]

    func encodeNil() throws { try node.write(JSONValue.null, at: codingPath) }

    func encode<T: Encodable>(_ value: T) throws { try node.write(value, at: codingPath) }
}
