import LLMCore

/// The maker of questions in units: rates, sizes and times whose results are exact decimals.
enum UnitGenerator: CaseGenerator {
    static let name = "fresh-units"

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        switch draw.int(0...3) {
        case 0: times(&draw, level, language)
        case 1: transfer(&draw, level, language)
        case 2: pump(&draw, level, language)
        default: storage(&draw, level, language)
        }
    }

    /// Times of day and lengths in hours, minutes and seconds.
    private static func times(_ draw: inout Draw, _ level: Int, _ language: FreshLanguage) -> CaseDraft {
        let parts = (0..<(level + 1)).map { _ in
            (hours: draw.int(0...2), minutes: draw.int(1...59), seconds: draw.int(0...59))
        }
        let sum = parts.reduce(0) { $0 + $1.hours * 3_600 + $1.minutes * 60 + $1.seconds }
        let list = parts.map { "\($0.hours) h \($0.minutes) min \($0.seconds) s" }.joined(separator: ", ")
        return CaseDraft(
            prompt: language(
                "The steps of a job took \(list). How many seconds is that in all?",
                "Los pasos de un trabajo tardaron \(list). ¿Cuántos segundos son en total?"), in: language,
            value: Decimals(sum), wrong: [Decimals(sum + 60), Decimals(sum - 1), Decimals(sum + 40)])
    }

    /// Bytes, bits and seconds.
    private static func transfer(_ draw: inout Draw, _ level: Int, _ language: FreshLanguage) -> CaseDraft {
        let rate = draw.pick([20, 40, 50, 80, 100, 125, 160, 200, 250, 400])
        let gigabytes = draw.int(3...(20 * level))
        let share = level > 2 ? draw.pick([50, 80, 90, 95]) : 100
        // Megabits over megabits a second; all rates divide a power of ten.
        let value = Decimals(gigabytes * 8_000 * 100, over: rate * share, places: 1)
        let used =
            share < 100
            ? language(" of which \(share) % are usable", ", de los que se aprovecha el \(share) %") : ""
        return CaseDraft(
            prompt: language(
                "How many seconds does it take to send \(gigabytes) GB (1 GB = 1,000 MB) over a link of \(rate) Mbit/s\(used)? Round to one decimal.",
                "¿Cuántos segundos se tarda en enviar \(gigabytes) GB (1 GB = 1000 MB) por un enlace de \(rate) Mbit/s\(used)? Redondea a un decimal."
            ),
            in: language, value: value,
            wrong: [
                Decimals(gigabytes * 1_000 * 100, over: rate * share, places: 1),
                Decimals(gigabytes * 8_192 * 100, over: rate * share, places: 1),
            ], tolerance: Decimals(5, places: 2))
    }

    /// Litres, minutes and cubic metres.
    private static func pump(_ draw: inout Draw, _ level: Int, _ language: FreshLanguage) -> CaseDraft {
        let rate = draw.int(3...90)
        let (hours, minutes) = (draw.int(1...(3 * level)), draw.int(1...59))
        let leak = level > 1 ? draw.int(1...min(20, rate - 1)) : 0
        let litres = (rate - leak) * (hours * 60 + minutes)
        let lost =
            leak > 0
            ? language(" while \(leak) L leak out each minute", " mientras se pierden \(leak) L por minuto") : ""
        return CaseDraft(
            prompt: language(
                "A pump fills a tank with \(rate) L a minute\(lost). How many cubic metres are in the tank, empty at first, after \(hours) h \(minutes) min?",
                "Una bomba llena un depósito con \(rate) L por minuto\(lost). ¿Cuántos metros cúbicos hay en el depósito, vacío al principio, después de \(hours) h \(minutes) min?"
            ),
            in: language, value: Decimals(litres, places: 3),
            wrong: [
                Decimals(litres, places: 2), Decimals(litres + (rate - leak), places: 3),
                Decimals((rate - leak) * (hours * 100 + minutes), places: 3),
            ])
    }

    /// Powers of two: KiB, MiB and what fits in how many.
    private static func storage(_ draw: inout Draw, _ level: Int, _ language: FreshLanguage) -> CaseDraft {
        let record = draw.int(1...15) * 64
        let mebibytes = draw.int(1...(8 * level))
        let reserved = level > 2 ? draw.int(1...15) * 16 : 0
        let count = (mebibytes * 1_024 * 1_024 - reserved * 1_024) / record
        let less =
            reserved > 0
            ? language(" of which \(reserved) KiB are reserved", ", de los que \(reserved) KiB están reservados") : ""
        return CaseDraft(
            prompt: language(
                "How many whole records of \(record) bytes fit into \(mebibytes) MiB\(less)?",
                "¿Cuántos registros completos de \(record) bytes caben en \(mebibytes) MiB\(less)?"), in: language,
            value: Decimals(count),
            wrong: [Decimals(count + 1), Decimals((mebibytes * 1_000_000 - reserved * 1_000) / record)])
    }
}
