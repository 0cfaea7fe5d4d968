/// A time of day or a weekday at which a limit ends: "resets 3am (America/New_York)", "try again at 14:00 UTC", "resets Thursday at
/// 9am", "until midnight", "tomorrow at 8:00". Without a zone it is taken for UTC.
enum WordedClock {
    /// The latest of those that the words name, in microseconds since 1970; each is the next of its kind.
    static func next(in words: MessageWords, now: Int64?) -> Int64? {
        guard let now else { return nil }
        let tokens = words.tokens
        return tokens.indices.compactMap { index in
            guard isNamed(tokens, at: index) else { return nil }
            var reader = DateReader(tokens: tokens, place: index)
            return reader.clock(now: now)
        }.max()
    }

    private static let leads: Set<String> = [
        "at", "until", "till", "by", "resets", "reset", "on", "after", "around", "about", "from", "today", "retry",
        "again", "next", "approximately",
    ]
    private static let leadingMarks: Set<Character> = ["(", "@", "~", "\"", "'", "·", ":", "-", "—", "–", ",", "，"]
    /// Words about coming back that may stand behind the time.
    private static let returns: Set<String> = [
        "reset", "resets", "renew", "renews", "refresh", "refreshes", "restored", "available", "unlock", "unlocked",
        "then",
    ]

    /// The sentence speaks of coming back, and the time is not a date's own.
    private static func isNamed(_ tokens: [MessageWords.Token], at index: Int) -> Bool {
        guard index > 0 else { return false }
        let isLed =
            switch tokens[index - 1] {
            case .word(let word): leads.contains(word) || word.first.map(WordGloss.isRunLetter) ?? false
            case .mark(let mark): leadingMarks.contains(mark)
            case .number: false
            }
        guard isLed, index < 2 || !endsDate(tokens[index - 2]) else { return false }
        return hasCue(tokens[..<index].suffix(10).reversed()) { WordedWait.isCue($0) || $0 == "until" || $0 == "till" }
            || hasCue(tokens[index...].dropFirst().prefix(10), returns.contains)
    }

    private static func endsDate(_ token: MessageWords.Token) -> Bool {
        switch token {
        case .number: true
        case .word(let word): ["st", "nd", "rd", "th"].contains(word)
        case .mark: false
        }
    }

    private static func hasCue(_ tokens: some Sequence<MessageWords.Token>, _ isCue: (String) -> Bool) -> Bool {
        for token in tokens {
            switch token {
            case .word(let word) where isCue(word): return true
            case .mark(let mark) where MessageWords.isEnd(mark): return false
            default: continue
            }
        }
        return false
    }
}

extension DateReader {
    private static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    private static let fullWeekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    private static let day: Int64 = 86_400

    /// The next instant at which the named time of day, weekday or both come.
    mutating func clock(now: Int64) -> Int64? {
        let weekday = weekday()
        let isTomorrow = weekday == nil && takeWord("tomorrow")
        if weekday != nil || isTomorrow {
            skip(",")
            _ = takeWord("at")
        }
        let before = place
        let time = timeOfDay()
        if time == nil { place = before }
        guard time != nil || weekday != nil || isTomorrow else { return nil }
        let shift = zone() * 60
        let seconds = now / 1_000_000
        let today = Int64((Double(seconds + shift) / Double(Self.day)).rounded(.down))
        var date = today + (isTomorrow ? 1 : 0)
        // The first day of 1970 was a Thursday.
        if let weekday { date += (weekday - (date + 4) % 7 + 7) % 7 }
        func instant(_ date: Int64) -> Int64 {
            (date * Self.day - shift) * 1_000_000 + Int64((time ?? 0) * 1e6)
        }
        return instant(date) > now ? instant(date) : instant(date + (weekday == nil ? 1 : 7))
    }

    private mutating func weekday() -> Int64? {
        guard case .word(let word)? = token,
            let index = Self.fullWeekdays.firstIndex(of: word) ?? Self.weekdays.firstIndex(of: word)
        else { return nil }
        place += 1
        return Int64(index)
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard token == .word(word) else { return false }
        place += 1
        return true
    }
}
