import LLMCore

/// A point in time told in a sentence, in digits (`2026-08-25 07:41:44`, `2026-04-01 at 00:00 UTC`) or with a month's name
/// (`September 8th`, `1 Apr 2026, 3 PM`), or with the year last (`12/02/2026`). Without a zone it is taken for UTC, in Chinese for Beijing's time.
enum WordedDate {
    /// The latest date still to come, in microseconds since 1970: an error about a limit names no other than its end.
    static func next(in words: MessageWords, now: Int64?) -> Int64? {
        guard let now else { return nil }
        let tokens = words.tokens
        return tokens.indices.compactMap { index in
            var reader = DateReader(tokens: tokens, place: index, usualZone: words.usualZone)
            return reader.digits() ?? reader.dayLast() ?? reader.named(now: now) ?? reader.epoch(now: now)
        }.filter { $0 > now }.max()
    }
}

/// Reads one date from a place in the tokens on.
struct DateReader {
    let tokens: [MessageWords.Token]
    var place: Int
    /// Minutes east of Greenwich where the text names no zone.
    var usualZone: Int64 = 0

    // MARK: Forms

    mutating func digits() -> Int64? {
        let start = place
        defer { place = start }
        guard let year = whole(1970...9999), dash(), let month = whole(1...12), dash(), let day = whole(1...31) else {
            return nil
        }
        return instant(year, Int(month), day)
    }

    /// `12/02/2026`: the month first, unless it cannot be one.
    mutating func dayLast() -> Int64? {
        let start = place
        defer { place = start }
        // "2026/12/02" holds "26/12/02" no less: the number must begin here.
        if start > 0, [.mark("/"), .mark("-")].contains(tokens[start - 1]) { return nil }
        guard let first = whole(1...31), dash(), let second = whole(1...31), dash(), let year = whole(1970...9999)
        else {
            return nil
        }
        return first > 12 ? instant(year, Int(second), first) : instant(year, Int(first), second)
    }

    mutating func named(now: Int64) -> Int64? {
        let start = place
        defer { place = start }
        var day: Int64?
        if let before = whole(1...31) {
            day = before
            ordinal()
            skip("-")
        }
        guard case .word(let word)? = token, let month = CalendarDay.month(named: word) else { return nil }
        place += 1
        // `30-Nov-26`, as RFC 850 writes it.
        if let day, skip("-"), let year = whole(0...99) { return instant(2_000 + year, month, day) }
        if day == nil {
            skip(".")
            guard let after = whole(1...31) else { return nil }
            day = after
            ordinal()
        }
        skip(",")
        guard let day else { return nil }
        if let year = whole(1970...9999) { return instant(year, month, day) }
        // "May 5 requests" is no date.
        guard word != "may" else { return nil }
        // One that has just gone by is not meant for next year.
        let recent: Int64 = 36 * 3_600_000_000
        let thisYear = 1970 + now / 31_556_952_000_000
        let end = place
        for year in [thisYear - 1, thisYear, thisYear + 1] {
            place = end
            if let date = instant(year, month, day), date > now - recent { return date }
        }
        return nil
    }

    /// Seconds or milliseconds since 1970, of a year from now on: "limit reached|1766502000".
    func epoch(now: Int64) -> Int64? {
        guard case .number(let number)? = token, number >= 1e9, number < 1e13, place > 0 else { return nil }
        let isLed =
            switch tokens[place - 1] {
            case .mark(let mark): ["|", ":", "=", "(", "@", "\"", "'"].contains(mark)
            case .word(let word): ["at", "until", "after", "on", "reset", "resets", "timestamp"].contains(word)
            case .number: false
            }
        let micros = number < 1e11 ? number * 1e6 : number * 1e3
        let year = 366 * 86_400e6
        guard isLed, micros > Double(now), micros < Double(now) + year else { return nil }
        return Int64(micros)
    }

    /// The date with the time of day behind it, if there is one.
    private mutating func instant(_ year: Int64, _ month: Int, _ day: Int64) -> Int64? {
        let end = place
        skip(",")
        if case .word(let word)? = token, word == "at" || word == "t" { place += 1 }
        var seconds = 0.0
        if let time = timeOfDay() { seconds = time } else { place = end }
        let zone = zone()
        guard let date = CalendarDay(year: Int(year), month: month, day: Int(day)) else { return nil }
        return date.microseconds - zone * 60_000_000 + Int64(seconds * 1e6)
    }

    /// Seconds since midnight: `14:00`, `7:41:44`, `9am`, `9:30 p.m.`, `20h`, `20 Uhr`, `noon`.
    mutating func timeOfDay() -> Double? {
        if case .word(let word)? = token, word == "noon" || word == "midnight" {
            place += 1
            return word == "noon" ? 43_200 : 0
        }
        guard var hour = whole(0...24) else { return nil }
        var minute: Int64 = 0
        var second = 0.0
        let isClock = skip(":") || skip("：")
        if isClock {
            guard let read = whole(0...59) else { return nil }
            minute = read
            if skip(":") {
                guard case .number(let read)? = token, read < 61 else { return nil }
                second = read
                place += 1
            }
        }
        if let isAfternoon = half(), hour <= 12 {
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        } else if !isClock {
            guard case .word(let word)? = token, ["h", "uhr", "o'clock"].contains(word) else { return nil }
            place += 1
            if word == "h", let read = whole(0...59) { minute = read }
        }
        return Double(hour * 3_600 + minute * 60) + second
    }

    /// `am`, `pm`, `a.m.`: the second half of the day or not.
    private mutating func half() -> Bool? {
        guard case .word(let word)? = token else { return nil }
        if word == "am" || word == "pm" {
            place += 1
            return word == "pm"
        }
        guard word == "a" || word == "p", place + 1 < tokens.count, tokens[place + 1] == .word("m") else { return nil }
        place += 2
        return word == "p"
    }

    /// Minutes east of Greenwich, with or without the zone's name; 0 where none is given.
    mutating func zone() -> Int64 {
        skip(".")
        skip("(")
        var minutes = usualZone
        var isPOSIX = false
        if let named = WordedZone.find(in: tokens, at: place) {
            (minutes, isPOSIX) = (named.minutes, named.isPOSIX)
            place += named.length
        }
        guard case .mark(let sign)? = token, sign == "+" || sign == "-" else { return minutes }
        place += 1
        guard let hours = whole(0...1_400) else { return minutes }
        let offset: Int64 =
            hours > 14 ? hours / 100 * 60 + hours % 100 : hours * 60 + (skip(":") ? whole(0...59) ?? 0 : 0)
        // `Etc/GMT+5` lies west of Greenwich.
        return (sign == "-") == isPOSIX ? offset : -offset
    }

    // MARK: Parts

    var token: MessageWords.Token? { place < tokens.count ? tokens[place] : nil }

    private mutating func whole(_ range: ClosedRange<Int64>) -> Int64? {
        guard case .number(let number)? = token, let value = Int64(exactly: number), range.contains(value) else {
            return nil
        }
        place += 1
        return value
    }

    private mutating func dash() -> Bool { skip("-") || skip("/") }

    @discardableResult
    mutating func skip(_ mark: Character) -> Bool {
        guard token == .mark(mark) else { return false }
        place += 1
        return true
    }

    private mutating func ordinal() {
        if case .word(let word)? = token, ["st", "nd", "rd", "th"].contains(word) { place += 1 }
    }
}
