/// A numerical internet address: four bytes of IPv4, sixteen of IPv6.
struct IPAddress: Hashable, Sendable {
    let bytes: [UInt8]

    /// Reads `192.0.2.1`, `2001:db8::1`, `[::1]` or `fe80::1%eth0`; `nil` for a name, and for numbers in other spellings.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        if rest.first == "[", rest.last == "]" { rest = rest.dropFirst().dropLast() }
        if let zone = rest.firstIndex(of: "%") { rest = rest[..<zone] }
        guard let bytes = rest.contains(":") ? Self.version6(rest) : Self.version4(rest) else { return nil }
        self.bytes = bytes
    }

    /// Returns `true` when the address lies in a network, given as an address of the same version and the length of the
    /// common prefix.
    func isIn(_ network: IPAddress, prefix bits: Int) -> Bool {
        guard bytes.count == network.bytes.count, (0...bytes.count * 8).contains(bits) else { return false }
        let whole = bits / 8
        guard bytes.prefix(whole) == network.bytes.prefix(whole) else { return false }
        let rest = bits % 8
        return rest == 0 || (bytes[whole] ^ network.bytes[whole]) >> (8 - rest) == 0
    }

    // A leading zero would make a number octal for some resolvers.
    private static func version4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in UInt8(part).flatMap { String($0) == part ? $0 : nil } }
        return parts.count == 4 && numbers.count == 4 ? numbers : nil
    }

    private static func version6(_ text: Substring) -> [UInt8]? {
        guard let gap = text.firstRange(of: "::") else {
            let bytes = groups(text)
            return bytes?.count == 16 ? bytes : nil
        }
        guard let head = groups(text[..<gap.lowerBound]), let tail = groups(text[gap.upperBound...]),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// The bytes of groups between colons; the last may be an IPv4 address.
    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, group) in groups.enumerated() {
            if index == groups.count - 1, let numbers = version4(group) {
                bytes += numbers
            } else if group.count <= 4, group.first != "+", group.first != "-", let value = UInt16(group, radix: 16) {
                bytes += [UInt8(value >> 8), UInt8(value & 0xff)]
            } else {
                return nil
            }
        }
        return bytes
    }
}
