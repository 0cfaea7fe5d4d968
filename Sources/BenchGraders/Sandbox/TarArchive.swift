/// A writer of the ustar format: files that a sandbox unpacks.
struct TarArchive {
    private var bytes: [UInt8] = []

    private static let block = 512
    /// Longest name that fits without extensions.
    static let longestName = 100

    mutating func add(_ name: String, _ content: [UInt8]) {
        append(name, size: content.count, mode: "0000755", type: "0")
        bytes += content
        pad()
    }

    mutating func addFolder(_ name: String) { append(name + "/", size: 0, mode: "0000755", type: "5") }

    /// With the two empty blocks that end an archive.
    consuming func finished() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 2 * Self.block) }

    private mutating func append(_ name: String, size: Int, mode: String, type: Character) {
        var header = [UInt8](repeating: 0, count: Self.block)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        put(String(decoding: name.utf8.prefix(Self.longestName), as: UTF8.self), at: 0)
        put(mode, at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(octal(size, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6), at: 148)
        header[154] = 0
        bytes += header
    }

    private func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private mutating func pad() {
        let rest = bytes.count % Self.block
        if rest > 0 { bytes += [UInt8](repeating: 0, count: Self.block - rest) }
    }
}
