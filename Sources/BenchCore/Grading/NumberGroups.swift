/// The digits of a number in groups, with the separators between them.
struct NumberGroups {
    /// The first has no separator.
    var groups: [(separator: Unicode.Scalar?, digits: String)] = []

    var isWhole: Bool { groups.count == 1 }

    /// The literals that the groups may mean; empty for a list or a version.
    var literals: [String] {
        let separators = groups.dropFirst().compactMap(\.separator)
        guard let last = separators.last else { return [digits(0..<groups.count)] }
        let isPoint = last == "." || last == ","
        guard separators.dropLast().allSatisfy({ $0 == separators.first }) else { return [] }
        if !isPoint { return separators.first == last && isGrouped(groups.count) ? [digits(0..<groups.count)] : [] }
        if separators.count == 1 { return single }
        if separators.first == last { return isGrouped(groups.count) ? [digits(0..<groups.count)] : [] }
        // Thousands by one sign, decimals by the other: 1,234.5 and 1.234,5.
        return isGrouped(groups.count - 1) ? [decimal(groups.count - 1)] : []
    }

    /// One point or comma: three digits after it may be thousands or decimals.
    private var single: [String] {
        let (head, tail) = (groups[0].digits, groups[1].digits)
        guard tail.utf8.count == 3, (1...3).contains(head.utf8.count), head != "0", !head.hasPrefix("0") else {
            return [decimal(1)]
        }
        return groups[1].separator == "." ? [decimal(1), digits(0..<2)] : [digits(0..<2), decimal(1)]
    }

    /// The first `count` groups are thousands, or, set off by commas, thousands and above them hundreds as in India: `12,34,567`.
    private func isGrouped(_ count: Int) -> Bool {
        let sizes = groups[..<count].map { $0.digits.utf8.count }
        let isIndian =
            count > 2 && groups[1].separator == "," && sizes[0] <= 2 && sizes[1..<(count - 1)].allSatisfy { $0 == 2 }
        return sizes[count - 1] == 3 && (isIndian || sizes[0] <= 3 && sizes[1...].allSatisfy { $0 == 3 })
            && sizes[0] >= 1
    }
    private func digits(_ range: Range<Int>) -> String { groups[range].map(\.digits).joined() }
    private func decimal(_ whole: Int) -> String {
        let head = digits(0..<whole)
        return "\(head.isEmpty ? "0" : head).\(digits(whole..<groups.count))"
    }
}
