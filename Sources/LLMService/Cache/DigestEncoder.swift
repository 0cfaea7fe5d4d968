import LLMCore

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
