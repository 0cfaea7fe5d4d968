import LLMCore

/// The maker of questions about days: spans, weekdays and working days, over leap years and ends of months.
enum DateGenerator: CaseGenerator {
    static let name = "fresh-dates"

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        guard let start = day(&draw) else { return nil }
        switch level {
        case 1, 2:
            let span = draw.int(level == 1 ? 5...40 : 60...800)
            let end = day(start, plus: span)
            return number(
                language(
                    "How many days lie from \(start) to \(end), the first day not counted?",
                    "¿Cuántos días hay de \(start) a \(end), sin contar el primero?"), language, span,
                [span + 1, span - 1])
        case 3: return lastDay(of: start, &draw, language)
        case 4:
            let count = draw.int(12...60)
            let end = afterWorkingDays(count, from: start)
            return dated(
                language(
                    "A contract says: due \(count) working days after \(start). Monday to Friday are working days, there are no holidays, and counting begins on the day after. On which day is it due?",
                    "Un contrato dice: vence \(count) días hábiles después del \(start). Son hábiles de lunes a viernes, no hay festivos y se empieza a contar al día siguiente. ¿Qué día vence?"
                ),
                language, end, [day(end, plus: 1), day(start, plus: count), day(end, plus: -1)])
        default:
            let span = draw.int(500...3_000)
            let end = day(start, plus: span)
            let count = (1...span).count { weekday(day(start, plus: $0)) == 4 && day(start, plus: $0).day == 13 }
            return number(
                language(
                    "How many Fridays the 13th are there after \(start) and up to \(end), that day included?",
                    "¿Cuántos viernes 13 hay después del \(start) y hasta el \(end), este incluido?"), language, count,
                [count + 1, count - 1])
        }
    }

    private static func number(_ prompt: String, _ language: FreshLanguage, _ value: Int, _ wrong: [Int]) -> CaseDraft {
        CaseDraft(prompt: prompt, in: language, value: Decimals(value), wrong: wrong.map { Decimals($0) })
    }

    /// An invoice of so many months later, which ends with its month.
    private static func lastDay(of start: CalendarDay, _ draw: inout Draw, _ language: FreshLanguage) -> CaseDraft? {
        let months = draw.int(1...30)
        let index = start.year * 12 + start.month - 1 + months
        guard let first = CalendarDay(year: (index + 1) / 12, month: (index + 1) % 12 + 1, day: 1) else { return nil }
        let end = day(first, plus: -1)
        return dated(
            language(
                "A subscription begun on \(start) ends with the last day of the month that comes \(months) months after that of the start. Which day is that?",
                "Una suscripción que empezó el \(start) acaba el último día del mes que llega \(months) meses después del de inicio. ¿Qué día es?"
            ),
            language, end, [first, day(end, plus: -1), day(end, plus: 31)])
    }

    private static func dated(_ prompt: String, _ language: FreshLanguage, _ value: CalendarDay, _ wrong: [CalendarDay])
        -> CaseDraft
    {
        let label = language("DATE:", "FECHA:")
        let form = language("YYYY-MM-DD", "AAAA-MM-DD")
        return CaseDraft(
            prompt: prompt + "\n"
                + language(
                    "Finish with a last line \(label) \(form).", "Termina con una última línea \(label) \(form)."),
            reference: "\(label) \(value)",
            badAnswers: wrong.filter { $0 != value }.map { "\(label) \($0)" } + ["\(value)"],
            assertions: [
                ["type": "regex", "value": .string("(?i)\(label)[\\s*_`]*\(value)[\\s*_`.]*\\Z")]
            ])
    }

    private static func day(_ draw: inout Draw) -> CalendarDay? {
        CalendarDay(year: draw.int(1_996...2_032), month: draw.int(1...12), day: draw.int(1...31))
    }

    static func day(_ day: CalendarDay, plus days: Int) -> CalendarDay {
        CalendarDay(containing: day.microseconds + Int64(days) * 86_400_000_000)
    }

    /// 0 is Monday; 1970 began on a Thursday.
    static func weekday(_ day: CalendarDay) -> Int {
        let days = Int(day.microseconds / 86_400_000_000)
        return ((days + 3) % 7 + 7) % 7
    }

    private static func afterWorkingDays(_ count: Int, from start: CalendarDay) -> CalendarDay {
        var (day, left) = (start, count)
        while left > 0 {
            day = self.day(day, plus: 1)
            if weekday(day) < 5 { left -= 1 }
        }
        return day
    }
}
