@testable import LLMProviders

/// Bodies in the forms of DEFLATE, of blocks that are stored as they are.
enum Compressed {
    /// Blocks of at most `size` bytes.
    static func raw(_ body: [UInt8], size: Int = 1_000) -> [UInt8] {
        let starts = body.isEmpty ? [0] : Array(stride(from: 0, to: body.count, by: size))
        return starts.flatMap { start -> [UInt8] in
            let part = body[start...].prefix(size)
            let isLast: UInt8 = start == starts.last ? 1 : 0
            let count = UInt16(part.count)
            let head: [UInt8] = [isLast] + little(count) + little(~count)
            return head + part
        }
    }

    static func zlib(_ body: [UInt8]) -> [UInt8] { [0x78, 0x9C] + raw(body) + [1, 2, 3, 4] }

    /// - Parameter name: In the head, where one is given.
    static func gzip(_ body: [UInt8], name: String? = nil) -> [UInt8] {
        var sum = Checksum()
        sum.add(body)
        let head: [UInt8] = [0x1F, 0x8B, 8, name == nil ? 0 : 8, 0, 0, 0, 0, 0, 3]
        var out = head
        if let name { out += Array(name.utf8) + [0] }
        out += raw(body)
        out += little(sum.value)
        out += little(UInt32(body.count))
        return out
    }

    private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<(value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
