import LLMCore

/// Replaces, adds and removes top-level members of a JSON object without touching its other bytes.
struct JSONSplicer {
    private struct Member {
        let key: String
        /// From the key's quote to the end of the value.
        let whole: Range<Int>
        let value: Range<Int>
        let json: JSONValue
    }

    private let bytes: [UInt8]
    private var members: [Member] = []
    private var afterBrace = 0
    private var edits: [(range: Range<Int>, bytes: [UInt8])] = []
    private var additions: [(key: String, value: JSONValue)] = []

    init(_ bytes: [UInt8]) throws(WireError) {
        self.bytes = bytes
        guard readMembers() else {
            throw WireError(.malformedOriginal, "the original request is not a JSON object")
        }
    }

    func has(_ key: String) -> Bool { members.contains { $0.key == key } }
    func value(of key: String) -> JSONValue? { members.last { $0.key == key }?.json }

    /// Replaces every occurrence, since readers differ in which of two they believe; adds the member when there is none.
    mutating func set(_ key: String, to value: JSONValue) {
        let found = members.filter { $0.key == key }
        for member in found where member.json != value { edits.append((member.value, value.bytes)) }
        if found.isEmpty { additions.append((key, value)) }
    }

    /// Replaces the last occurrence by what `edit` makes of its bytes.
    mutating func edit(_ key: String, _ edit: ([UInt8]) throws(WireError) -> [UInt8]) throws(WireError) {
        guard let member = members.last(where: { $0.key == key }) else { return }
        edits.append((member.value, try edit(Array(bytes[member.value]))))
    }

    mutating func remove(_ key: String) {
        for (index, member) in members.enumerated() where member.key == key {
            // With the comma that separates it: the one after it, or for the last member the one before.
            if index + 1 < members.count {
                edits.append((member.whole.lowerBound..<members[index + 1].whole.lowerBound, []))
            } else {
                edits.append(
                    ((index > 0 ? members[index - 1].whole.upperBound : afterBrace)..<member.whole.upperBound, []))
            }
        }
    }

    func result() -> [UInt8] {
        var out: [UInt8] = []
        var offset = 0
        for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            out += bytes[offset..<max(offset, edit.range.lowerBound)]
            out += edit.bytes
            offset = max(offset, edit.range.upperBound)
        }
        out += bytes[offset...]
        guard !additions.isEmpty else { return out }
        // Nothing before the first member is ever edited.
        var head: [UInt8] = []
        for (index, addition) in additions.enumerated() {
            if index > 0 { head.append(UInt8(ascii: ",")) }
            JSONValue.writeString(addition.key, into: &head)
            head.append(UInt8(ascii: ":"))
            addition.value.write(into: &head)
        }
        if !members.isEmpty { head.append(UInt8(ascii: ",")) }
        out.insert(contentsOf: head, at: afterBrace)
        return out
    }

    /// - Returns: `false` for what is no JSON object from end to end.
    private mutating func readMembers() -> Bool {
        var offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        skipSpace(&offset)
        guard take(UInt8(ascii: "{"), &offset) else { return false }
        afterBrace = offset
        skipSpace(&offset)
        if take(UInt8(ascii: "}"), &offset) { return isAtEnd(offset) }
        repeat {
            skipSpace(&offset)
            let start = offset
            guard let (key, afterKey) = JSONValue.parsePrefix(of: bytes, at: offset), let name = key.string else {
                return false
            }
            offset = afterKey
            skipSpace(&offset)
            guard take(UInt8(ascii: ":"), &offset) else { return false }
            skipSpace(&offset)
            guard let (value, end) = JSONValue.parsePrefix(of: bytes, at: offset) else { return false }
            members.append(Member(key: name, whole: start..<end, value: offset..<end, json: value))
            offset = end
            skipSpace(&offset)
        } while take(UInt8(ascii: ","), &offset)
        return take(UInt8(ascii: "}"), &offset) && isAtEnd(offset)
    }

    private func isAtEnd(_ end: Int) -> Bool {
        var offset = end
        skipSpace(&offset)
        return offset == bytes.count
    }

    private func skipSpace(_ offset: inout Int) {
        while offset < bytes.count, bytes[offset] <= 0x20, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) {
            offset += 1
        }
    }

    private func take(_ byte: UInt8, _ offset: inout Int) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }
}
