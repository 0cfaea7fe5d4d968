import LLMCore

/// A decoder from ``LLMCore/JSONValue``, exact in every number.
struct DocumentDecoder: Decoder {
    let json: JSONValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func value<Value: Decodable>(from json: JSONValue, at path: [any CodingKey] = []) throws -> Value {
        switch Value.self {
        case is JSONValue.Type: if let value = json as? Value { return value }
        case is Bool.Type: if let value = json.bool as? Value { return value }
        case is String.Type: if let value = json.string as? Value { return value }
        case is Double.Type: if let value = json.double as? Value { return value }
        case let type as any FixedWidthInteger.Type:
            if let number = json.number, let value = type.init(whole: number) as? Value { return value }
        default: return try Value(from: DocumentDecoder(json: json, codingPath: path))
        }
        throw DecodingError.typeMismatch(
            Value.self, .init(codingPath: path, debugDescription: "expected \(Value.self), found \(json.kind)"))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let object = json.object else { throw mismatch(JSONObject.self) }
        return KeyedDecodingContainer(KeyedDocumentDecoding(object: object, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let array = json.array else { throw mismatch([JSONValue].self) }
        return UnkeyedDocumentDecoding(array: array, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        SingleDocumentDecoding(json: json, codingPath: codingPath)
    }

    private func mismatch(_ type: any Any.Type) -> DecodingError {
        .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "found \(json.kind)"))
    }
}

extension FixedWidthInteger {
    /// Reads `5`, and what is the same number: `5.0`, `5e0`.
    fileprivate init?(whole number: JSONNumber) {
        guard let value = Self(number.literal) ?? Double(number.literal).flatMap({ Self(exactly: $0) }) else {
            return nil
        }
        self = value
    }
}

private struct KeyedDocumentDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONObject
    let codingPath: [any CodingKey]
    var allKeys: [Key] { object.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try value(key).isNull }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try DocumentDecoder.value(from: try value(key), at: codingPath + [key])
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> { try decoder(key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { DocumentDecoder(json: .object(object), codingPath: codingPath) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

    private func decoder(_ key: Key) throws -> DocumentDecoder {
        DocumentDecoder(json: try value(key), codingPath: codingPath + [key])
    }

    private func value(_ key: Key) throws -> JSONValue {
        guard let value = object[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "there is no \(key.stringValue)"))
        }
        return value
    }
}

private struct UnkeyedDocumentDecoding: UnkeyedDecodingContainer {
    let array: [JSONValue]
    let codingPath: [any CodingKey]
    var currentIndex = 0
    var count: Int? { array.count }
    var isAtEnd: Bool { currentIndex >= array.count }

    mutating func decodeNil() throws -> Bool {
        guard try peek().isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try DocumentDecoder.value(from: try next(), at: codingPath)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> { try decoder().container(keyedBy: type) }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try decoder().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try decoder() }

    private mutating func decoder() throws -> DocumentDecoder {
        DocumentDecoder(json: try next(), codingPath: codingPath)
    }

    private func peek() throws -> JSONValue {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                JSONValue.self, .init(codingPath: codingPath, debugDescription: "the array has ended"))
        }
        return array[currentIndex]
    }

    private mutating func next() throws -> JSONValue {
        defer { currentIndex += 1 }
        return try peek()
    }
}

private struct SingleDocumentDecoding: SingleValueDecodingContainer {
    let json: JSONValue
    let codingPath: [any CodingKey]

    func decodeNil() -> Bool { json.isNull }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try DocumentDecoder.value(from: json, at: codingPath) }
}
