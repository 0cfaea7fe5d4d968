public import LLMCore

/// The cached part of a request: everything that changes an answer, as one model at one address would get it.
///
/// Its key is made of every stored property, and of theirs: one that is added is part of it at once, and one that cannot be
/// encoded does not compile.
public struct CacheRequest: Sendable, Hashable, Encodable {
    /// Answers never pass from one tenant to another.
    public var tenant: String?
    public var simulated: Bool
    public var endpoint: String
    public var model: ModelID
    /// With the parameters the model would get, those of the evidence and of the profile filled in.
    public var chat: ChatRequest

    public init(tenant: String?, simulated: Bool, endpoint: String, model: ModelID, chat: ChatRequest) {
        self.tenant = tenant
        self.simulated = simulated
        self.endpoint = endpoint
        self.model = model
        self.chat = chat
    }

    /// The digest under which its answer is kept.
    public var key: CacheKey {
        // In front of everything, so that answers kept under another way of making keys are never found.
        var bytes = Array("dirgen-cache/1".utf8)
        bytes += DigestEncoder.bytes(of: self)
        return CacheKey(rawValue: ContentHash.sha256(bytes))
    }
}

/// Turns a value into bytes that only an equal value has, for hashing.
///
/// Every part carries its kind, its length where that varies, and its name; every nested value is bracketed. So no two values run
/// together (`ab`, `c` and `a`, `bc`), and a missing part differs from an empty one. Members come in the order of their
/// declaration, JSON as it was written: a schema's order may change what a model answers.
struct DigestEncoder: Encoder {
    /// The buffer of one value's bytes.
    final class Buffer {
        var bytes: [UInt8] = []

        func put(_ mark: Mark) { bytes.append(mark.rawValue) }
        func put(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
        func put(_ mark: Mark, _ content: some Collection<UInt8>) {
            put(mark)
            put(UInt64(content.count))
            bytes.append(contentsOf: content)
        }
        func put(_ mark: Mark, _ number: UInt64) {
            put(mark)
            put(number)
        }
    }

    enum Mark: UInt8 {
        case open = 0x7B
        case close = 0x7D
        case name = 0x6B
        case none = 0x6E
        case bool = 0x62
        case integer = 0x69
        case unsigned = 0x75
        case real = 0x64
        case text = 0x74
        case raw = 0x72
        case json = 0x6A
    }

    let buffer: Buffer
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func bytes(of value: some Encodable) -> [UInt8] {
        let buffer = Buffer()
        DigestEncoder(buffer: buffer).put(value)
        return buffer.bytes
    }

    func put<Value: Encodable>(_ value: Value) {
        if let value = value as? JSONValue { return buffer.put(.json, value.bytes) }
        if let value = value as? [UInt8] { return buffer.put(.raw, value) }
        buffer.put(.open)
        do {
            try value.encode(to: self)
        } catch {
            // Ours never throw, and what is encoded here throws only what its containers do.
            preconditionFailure("a value refused to be encoded: \(error)")
        }
        buffer.put(.close)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(DigestMembers(encoder: self))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer { DigestElements(encoder: self) }
    func singleValueContainer() -> any SingleValueEncodingContainer { DigestValue(encoder: self) }
}

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
