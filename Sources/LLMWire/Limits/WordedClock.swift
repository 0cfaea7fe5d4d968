import LLMCore

/// A time of day or a weekday at which a limit ends: "resets 3am (America/New_York)", "try again at 14:00 UTC", "resets Thursday at
/// 9am", "until midnight", "tomorrow at 8:00", "at the start of next month". Without a zone it is taken for UTC, in Chinese for Beijing's time.
enum WordedClock {
    /// The latest of those that the words name, in microseconds since 1970; each is the next of its kind.
    static func next(in words: MessageWords, now: Int64?) -> Int64? {
        guard let now else { return nil }
        let tokens = words.tokens
        return tokens.indices.compactMap { index in
            var reader = DateReader(tokens: tokens, place: index, usualZone: words.usualZone)
            if let date = reader.period(now: now) { return isToldOfReturn(tokens, around: index) ? date : nil }
            return isNamed(tokens, at: index) ? reader.clock(now: now) : nil
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
        return isToldOfReturn(tokens, around: index)
    }

    private static func isToldOfReturn(_ tokens: [MessageWords.Token], around index: Int) -> Bool {
        hasCue(tokens[..<index].suffix(10).reversed()) { WordedWait.isCue($0) || $0 == "until" || $0 == "till" }
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

    /// The start of the next day, week or month: "next month", "the end of this week", "the 1st of each month".
    mutating func period(now: Int64) -> Int64? {
        let start = place
        defer { place = start }
        if takeWord("next") {
            skipWords(["calendar", "billing", "utc"])
        } else if takeWord("end") || takeWord("start") || takeWord("beginning") {
            guard takeWord("of") else { return nil }
            skipWords(["the", "this", "your", "each", "every", "current", "calendar", "billing", "next"])
        } else if takeWord("first") || takeFirst() {
            skipWords(["day"])
            guard takeWord("of") else { return nil }
            skipWords(["the", "each", "every", "next", "calendar"])
        } else {
            return nil
        }
        guard case .word(let unit)? = token else { return nil }
        return Self.begin(ofNext: unit, after: now + usualZone * 60_000_000).map { $0 - usualZone * 60_000_000 }
    }

    private static func begin(ofNext unit: String, after now: Int64) -> Int64? {
        let date = CalendarDay(containing: now)
        let today = now / 1_000_000 / day
        switch unit {
        case "day": return (today + 1) * day * 1_000_000
        // The first day of 1970 was a Thursday, and a week begins on Monday.
        case "week": return (today + 7 - (today + 3) % 7) * day * 1_000_000
        case "month":
            let isLast = date.month == 12
            return CalendarDay(year: date.year + (isLast ? 1 : 0), month: isLast ? 1 : date.month + 1, day: 1)?
                .microseconds
        default: return nil
        }
    }

    private mutating func takeFirst() -> Bool {
        guard token == .number(1), place + 1 < tokens.count, tokens[place + 1] == .word("st") else { return false }
        place += 2
        return true
    }

    private mutating func skipWords(_ words: Set<String>) {
        while case .word(let word)? = token, words.contains(word) { place += 1 }
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
