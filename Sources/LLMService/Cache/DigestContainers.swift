/// The members of a value. A nested container is the last that its parent writes, as synthesised code has it: the bracket around
/// the parent ends both.
struct DigestMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: DigestEncoder
    var codingPath: [any CodingKey] { [] }

    private func name(_ key: Key) -> DigestValue {
        encoder.buffer.put(.name, key.stringValue.utf8)
        return DigestValue(encoder: encoder)
    }

    func encodeNil(forKey key: Key) { name(key).encodeNil() }
    func encode(_ value: Bool, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: String, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: Double, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: Float, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: Int, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: Int8, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: Int16, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: Int32, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: Int64, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: UInt, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: UInt8, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: UInt16, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: UInt32, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: UInt64, forKey key: Key) { name(key).encode(value) }
    func encode(_ value: some Encodable, forKey key: Key) { name(key).encode(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
        -> KeyedEncodingContainer<Nested>
    {
        _ = name(key)
        encoder.buffer.put(.open)
        return KeyedEncodingContainer(DigestMembers<Nested>(encoder: encoder))
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        _ = name(key)
        encoder.buffer.put(.open)
        return DigestElements(encoder: encoder)
    }
    func superEncoder() -> any Encoder { encoder }
    func superEncoder(forKey key: Key) -> any Encoder {
        _ = name(key)
        return encoder
    }
}

/// The elements of a list.
struct DigestElements: UnkeyedEncodingContainer {
    let encoder: DigestEncoder
    private(set) var count = 0
    var codingPath: [any CodingKey] { [] }

    init(encoder: DigestEncoder) { self.encoder = encoder }

    mutating func encodeNil() { next().encodeNil() }
    mutating func encode(_ value: some Encodable) { next().encode(value) }

    private mutating func next() -> DigestValue {
        count += 1
        return DigestValue(encoder: encoder)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        count += 1
        encoder.buffer.put(.open)
        return KeyedEncodingContainer(DigestMembers<Nested>(encoder: encoder))
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        count += 1
        encoder.buffer.put(.open)
        return DigestElements(encoder: encoder)
    }
    mutating func superEncoder() -> any Encoder { encoder }
}

/// One value.
struct DigestValue: SingleValueEncodingContainer {
    let encoder: DigestEncoder
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { encoder.buffer.put(.none) }
    func encode(_ value: Bool) { encoder.buffer.put(.bool, value ? 1 : 0) }
    func encode(_ value: String) { encoder.buffer.put(.text, value.utf8) }
    func encode(_ value: Double) { encoder.buffer.put(.real, value.bitPattern) }
    func encode(_ value: Float) { encode(Double(value)) }
    func encode(_ value: Int) { encode(Int64(value)) }
    func encode(_ value: Int8) { encode(Int64(value)) }
    func encode(_ value: Int16) { encode(Int64(value)) }
    func encode(_ value: Int32) { encode(Int64(value)) }
    func encode(_ value: Int64) { encoder.buffer.put(.integer, UInt64(bitPattern: value)) }
    func encode(_ value: UInt) { encode(UInt64(value)) }
    func encode(_ value: UInt8) { encode(UInt64(value)) }
    func encode(_ value: UInt16) { encode(UInt64(value)) }
    func encode(_ value: UInt32) { encode(UInt64(value)) }
    func encode(_ value: UInt64) { encoder.buffer.put(.unsigned, value) }
    func encode(_ value: some Encodable) { encoder.put(value) }
}
