import LLMCore

/// A decoder without a document: it notes what a type asks for, and gives it values that will do.
struct DocumentProbe: Decoder {
    let form: DocumentForm
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        form.becomeObject()
        return KeyedDecodingContainer(KeyedProbe(form: form))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { ItemProbe(form: form.becomeArray()) }
    func singleValueContainer() -> any SingleValueDecodingContainer { SingleProbe(form: form) }
}

private struct KeyedProbe<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let form: DocumentForm
    var codingPath: [any CodingKey] { [] }
    /// One that stands for all, where names are not fixed.
    var allKeys: [Key] { Key(stringValue: DocumentForm.anyName).map { [$0] } ?? [] }

    func contains(_ key: Key) -> Bool { true }

    func decodeNil(forKey key: Key) -> Bool {
        form.member(key.stringValue).becomeNullable()
        return false
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try form.member(key.stringValue).read(type)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedDecodingContainer<NestedKey> { probe(key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer { probe(key).unkeyedContainer() }
    func superDecoder() -> any Decoder { DocumentProbe(form: form) }
    func superDecoder(forKey key: Key) -> any Decoder { probe(key) }

    private func probe(_ key: Key) -> DocumentProbe { DocumentProbe(form: form.member(key.stringValue)) }
}

/// An array of one item, which stands for all.
private struct ItemProbe: UnkeyedDecodingContainer {
    let form: DocumentForm
    var codingPath: [any CodingKey] { [] }
    var currentIndex = 0
    var count: Int? { 1 }
    var isAtEnd: Bool { currentIndex > 0 }

    init(form: DocumentForm) { self.form = form }

    mutating func decodeNil() -> Bool {
        form.becomeNullable()
        return false
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        currentIndex += 1
        return try form.read(type)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) -> KeyedDecodingContainer<NestedKey> { item().container(keyedBy: type) }

    mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { item().unkeyedContainer() }
    mutating func superDecoder() -> any Decoder { item() }

    private mutating func item() -> DocumentProbe {
        currentIndex += 1
        return DocumentProbe(form: form)
    }
}

private struct SingleProbe: SingleValueDecodingContainer {
    let form: DocumentForm
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool {
        form.becomeNullable()
        return false
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T { try form.read(type) }
}
