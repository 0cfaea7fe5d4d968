/// A wait told in a sentence: "try again in 2hr 57min", "resets in 15 days", "wait 30 seconds", "reset after 161h39m41s", "in an hour",
/// "resets in 02:57:13", "retry in P2DT3H".
enum WordedWait {
    /// The longest wait that a sentence names; other spans of time ("20 requests per minute", "the 5-hour limit") are none.
    static func longest(in words: MessageWords) -> Duration? {
        let tokens = withDigits(words.tokens)
        var waits: [Duration] = []
        var index = 0
        while index < tokens.count {
            let first = index
            if let span = isoSpan(tokens, &index) {
                if isWait(tokens, from: first, to: index) { waits.append(span) }
                continue
            }
            guard case .number = tokens[index] else {
                index += 1
                continue
            }
            let start = index
            if let span = clockSpan(tokens, index) {
                index += 5
                if isCountdown(tokens, from: start) { waits.append(span) }
                continue
            }
            guard let span = span(tokens, &index) else {
                index = start + 1
                if let bare = bareSeconds(tokens, start) { waits.append(bare) }
                continue
            }
            if isWait(tokens, from: start, to: index) { waits.append(span) }
        }
        return waits.max()
    }

    /// The span, when the text holds nothing else: `2 days`, `1 hour, 5 minutes`.
    static func whole(_ words: MessageWords) -> Duration? {
        var index = 0
        guard case .number? = words.tokens.first, let span = span(words.tokens, &index) else { return nil }
        return index == words.tokens.count ? span : nil
    }

    // MARK: Spans

    private static let units: [String: Double] = {
        let names: [(Double, [String])] = [
            (0.001, ["ms", "msec", "msecs", "millisecond", "milliseconds"]),
            (1, ["s", "sec", "secs", "second", "seconds"]), (60, ["m", "min", "mins", "minute", "minutes"]),
            (3_600, ["h", "hr", "hrs", "hour", "hours"]), (86_400, ["d", "day", "days"]),
            (604_800, ["w", "wk", "week", "weeks"]), (2_592_000, ["month", "months"]),
        ]
        return Dictionary(uniqueKeysWithValues: names.flatMap { row in row.1.map { ($0, row.0) } })
    }()

    /// Reads `2hr 57min`, `1 hour and 5 minutes`, `5.289s`; `index` stands behind it afterwards.
    private static func span(_ tokens: [MessageWords.Token], _ index: inout Int) -> Duration? {
        var sum = 0.0
        var end: Int?
        var last = Double.infinity
        var place = index
        while place + 1 < tokens.count, case .number(let number) = tokens[place],
            case .word(let unit) = tokens[place + 1], let length = units[unit], length < last
        {
            sum += number * length
            last = length
            place += 2
            end = place
            if place < tokens.count, tokens[place] == .mark(",") || tokens[place] == .word("and") { place += 1 }
        }
        guard let end else { return nil }
        index = end
        return duration(sum)
    }

    private static let numerals: [String: Double] = [
        "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "half": 0.5,
    ]

    /// With a word for a number as the number where a unit follows: "an hour", "two days", "half an hour".
    private static func withDigits(_ tokens: [MessageWords.Token]) -> [MessageWords.Token] {
        var found: [MessageWords.Token] = []
        for (index, token) in tokens.enumerated() {
            guard let numeral = word(token).flatMap({ numerals[$0] }), index + 1 < tokens.count,
                let unit = word(tokens[index + 1]), unit.count > 2, units[unit] != nil
            else {
                found.append(token)
                continue
            }
            let isHalf = found.last == .word("half")
            if isHalf { found.removeLast() }
            found.append(.number(isHalf ? numeral / 2 : numeral))
        }
        return found
    }

    /// `02:57:13`, hours, minutes and seconds; two numbers alone could be either.
    private static func clockSpan(_ tokens: [MessageWords.Token], _ index: Int) -> Duration? {
        guard index + 4 < tokens.count, case .number(let hours) = tokens[index], tokens[index + 1] == .mark(":"),
            case .number(let minutes) = tokens[index + 2], minutes < 60, tokens[index + 3] == .mark(":"),
            case .number(let seconds) = tokens[index + 4], seconds < 61
        else { return nil }
        return duration(hours * 3_600 + minutes * 60 + seconds)
    }

    /// "Resets in 02:57:13"; "resets at 02:57:13" is a time of day.
    private static func isCountdown(_ tokens: [MessageWords.Token], from start: Int) -> Bool {
        let before = tokens[..<start].suffix(3).compactMap(word)
        guard let lead = before.last(where: { !fillers.contains($0) || $0 == "at" }) else { return false }
        return ["in", "within", "wait", "for", "remaining"].contains(lead) && hasCue(tokens, before: start)
    }

    /// `P2DT3H`, which the scanner cuts into words and numbers; `index` stands behind it afterwards.
    private static func isoSpan(_ tokens: [MessageWords.Token], _ index: inout Int) -> Duration? {
        guard let head = word(tokens[index]), head == "p" || head == "pt" else { return nil }
        var text = head
        var place = index + 1
        while place + 1 < tokens.count, case .number(let number) = tokens[place], number < 1e9,
            let unit = word(tokens[place + 1]), ["d", "dt", "w", "y", "m", "h", "s", "mt", "yt"].contains(unit)
        {
            text += (Int64(exactly: number).map { String($0) } ?? String(number)) + unit
            place += 2
        }
        guard let span = ISODuration.parse(text) else { return nil }
        index = place
        return span
    }

    /// Beyond a century a sentence names nonsense.
    private static func duration(_ seconds: Double) -> Duration? {
        seconds < 4e9 ? .nanoseconds(Int64((seconds * 1e9).rounded())) : nil
    }

    // MARK: Whether it is a wait

    private static let cues: Set<String> = [
        "again", "retry", "retrying", "retried", "retries", "reset", "resets", "resetting", "renew", "renews",
        "renewed",
        "refresh", "refreshes", "refreshed", "refill", "refills", "replenish", "replenishes", "available", "back",
        "wait", "waiting", "regain", "unlock", "unlocks", "unlocked", "lift", "lifted", "lifts", "cooldown", "another",
        "next", "resume", "resumes", "restored", "return",
    ]
    private static let leads: Set<String> = [
        "in", "after", "for", "wait", "waiting", "is", "of", "resets", "reset", "until", "within", "delay", "retry",
        "cooldown",
    ]
    private static let fillers: Set<String> = [
        "about", "approximately", "around", "roughly", "another", "the", "next", "at", "least", "approx", "some", "up",
        "to", "ms",
    ]

    private static func isWait(_ tokens: [MessageWords.Token], from start: Int, to end: Int) -> Bool {
        if let lead = lead(tokens, before: start), leads.contains(lead.word), hasCue(tokens, before: start) {
            return true
        }
        // "30 seconds before retrying"
        let behind = tokens[end...].prefix(4).compactMap(word)
        if behind.first.map({ ["before", "until", "then"].contains($0) }) ?? false {
            return behind.dropFirst().contains(where: cues.contains)
        }
        // "In 30 seconds retry", as other languages order it.
        guard end < tokens.count, let next = word(tokens[end]), cues.contains(next) else { return false }
        return lead(tokens, before: start).map { $0.word == "in" || $0.word == "after" } ?? false
    }

    /// Returns `true` for a word about coming back.
    static func isCue(_ word: String) -> Bool { cues.contains(word) }

    /// "Retry after 30", "try again in 45": nothing but a number, and seconds by custom.
    private static func bareSeconds(_ tokens: [MessageWords.Token], _ start: Int) -> Duration? {
        guard case .number(let number) = tokens[start], number < 1e9, let lead = lead(tokens, before: start),
            lead.word == "in" || lead.word == "after", lead.place > 0,
            let before = word(tokens[lead.place - 1]), cues.contains(before) || before == "please"
        else { return nil }
        if start + 1 < tokens.count {
            guard case .mark(let mark) = tokens[start + 1], mark != "/", mark != "-", mark != ":" else { return nil }
        }
        return duration(number)
    }

    private static func lead(_ tokens: [MessageWords.Token], before start: Int) -> (word: String, place: Int)? {
        var place = start - 1
        while place >= 0 {
            switch tokens[place] {
            case .word(let word) where fillers.contains(word): place -= 1
            case .word(let word): return (word, place)
            case .mark(let mark) where [":", "=", "~", "(", "\"", "`", "≈"].contains(mark): place -= 1
            case .mark, .number: return nil
            }
        }
        return nil
    }

    private static func hasCue(_ tokens: [MessageWords.Token], before start: Int) -> Bool {
        for token in tokens[..<start].suffix(9).reversed() {
            if case .mark(".") = token { return false }
            if let word = word(token), cues.contains(word) { return true }
        }
        return false
    }

    private static func word(_ token: MessageWords.Token) -> String? {
        if case .word(let word) = token { word } else { nil }
    }
}
