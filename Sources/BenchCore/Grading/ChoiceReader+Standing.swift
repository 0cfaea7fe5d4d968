/// The words behind letters: they may reject them, make them conditional, or take them back.
extension ChoiceReader {
    /// The standing of letters by the words right behind them.
    enum Standing {
        case stands, rejected, conditional
    }

    func standing(after start: Int) -> Standing {
        var place = start
        for _ in 0..<6 {
            guard let next = sameLine(at: place) else { return .stands }
            let word = next.text.lowercased()
            if ChoiceWords.conditions.contains(word) { return .conditional }
            if ChoiceWords.rejections.contains(word) { return .rejected }
            if ChoiceWords.isDenial(word) { return isRejection(after: next.end) ? .rejected : .stands }
            guard ChoiceWords.auxiliaries.contains(word) else { return .stands }
            place = next.end
        }
        return .stands
    }

    /// The words after `B is not`: nothing, or an approval. `B is not wrong` and `B not A` do not reject B.
    private func isRejection(after start: Int) -> Bool {
        var place = start
        for _ in 0..<4 {
            guard let next = sameLine(at: place), next.isWord else { return true }
            let word = next.text.lowercased()
            if ChoiceWords.approvals.contains(word) { return true }
            guard letter(at: place, afterMarker: false) == nil, ChoiceWords.connectors.contains(word) else {
                return false
            }
            place = next.end
        }
        return false
    }

    /// `B, no, wait: A`, on one line.
    func isTakenBack(_ letters: Set<Character>, after start: Int) -> Bool {
        var place = start
        var isCorrected = false
        for step in 0..<14 {
            guard let next = sameLine(at: place) else { return false }
            let word = next.text.lowercased()
            if ChoiceWords.corrections.contains(word) {
                isCorrected = true
            } else if isCorrected, let (others, end) = list(at: place, afterMarker: false) {
                guard case .stands = standing(after: end) else { return false }
                return others != letters
            } else if !isCorrected, next.isWord, !ChoiceWords.isDenial(word) || step > 4 {
                return false
            }
            place = next.end
        }
        return false
    }

    /// The token at a place, unless it stands on a later line.
    private func sameLine(at place: Int) -> Token? {
        guard let next = token(at: place) else { return nil }
        var start = place
        while start < scalars.count, scalars[start].properties.isWhitespace {
            if scalars[start] == "\n" { return nil }
            start += 1
        }
        return next
    }
}
