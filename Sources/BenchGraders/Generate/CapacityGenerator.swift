import LLMCore

/// The maker of capacities: how many instances a load needs, with headroom, waits, zones and growth.
enum CapacityGenerator: CaseGenerator {
    static let name = "fresh-capacity"

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let rate = draw.int(20...900) * 10
        let each = draw.int(8...60) * 5
        switch level {
        case 1:
            let value = up(rate, each)
            return draft(
                language(
                    "A service gets \(rate) requests a second at peak; an instance handles \(each) a second. How many instances are needed at least?",
                    "Un servicio recibe \(rate) peticiones por segundo en hora punta; una instancia atiende \(each) por segundo. ¿Cuántas instancias hacen falta como mínimo?"
                ),
                language, value, [rate / each])
        case 2:
            let load = draw.pick([50, 60, 70, 75, 80])
            let value = up(rate * 100, each * load)
            return draft(
                language(
                    "Peak load is \(rate) requests a second, an instance can handle \(each) a second but is to be loaded to \(load) % at most. How many instances are needed at least?",
                    "La carga punta es de \(rate) peticiones por segundo; una instancia puede con \(each) por segundo, pero se cargará como mucho al \(load) %. ¿Cuántas instancias hacen falta como mínimo?"
                ),
                language, value, [up(rate, each), rate * 100 / (each * load)])
        case 3: return workers(&draw, rate, language)
        case 4: return zones(&draw, rate, each, language)
        default: return growth(&draw, rate, each, language)
        }
    }

    private static func up(_ dividend: Int, _ divisor: Int) -> Int { (dividend + divisor - 1) / divisor }

    private static func draft(_ prompt: String, _ language: FreshLanguage, _ value: Int, _ wrong: [Int]) -> CaseDraft {
        CaseDraft(
            prompt: prompt, in: language, value: Decimals(value),
            wrong: (wrong + [value + 1]).filter { $0 != value }.map { Decimals($0) })
    }

    /// Little's law.
    private static func workers(_ draw: inout Draw, _ rate: Int, _ language: FreshLanguage) -> CaseDraft {
        let milliseconds = draw.int(4...90) * 5
        let threads = draw.int(4...32)
        let value = up(rate * milliseconds, 1_000 * threads)
        return draft(
            language(
                "\(rate) requests arrive each second and take \(milliseconds) ms each on average, all of it waiting in a thread. An instance has \(threads) threads. By Little's law, how many instances keep up at least?",
                "Llegan \(rate) peticiones por segundo y cada una tarda \(milliseconds) ms de media, ocupando un hilo todo ese tiempo. Una instancia tiene \(threads) hilos. Por la ley de Little, ¿cuántas instancias dan abasto como mínimo?"
            ),
            language, value,
            [up(rate * 1_000, milliseconds * threads * 1_000), rate * milliseconds / (1_000 * threads)])
    }

    /// One zone may fail, and instances are spread evenly.
    private static func zones(_ draw: inout Draw, _ rate: Int, _ each: Int, _ language: FreshLanguage) -> CaseDraft {
        let zones = draw.int(3...5)
        let load = draw.pick([60, 70, 75, 80])
        let perZone = up(rate * 100, each * load * (zones - 1))
        return draft(
            language(
                "Peak load is \(rate) requests a second. An instance handles \(each) a second and is to be loaded to \(load) % at most, even while one of \(zones) zones is down. Every zone has the same number of instances. How many instances are there in all zones together at least?",
                "La carga punta es de \(rate) peticiones por segundo. Una instancia atiende \(each) por segundo y se cargará como mucho al \(load) %, incluso con una de las \(zones) zonas caída. Todas las zonas tienen el mismo número de instancias. ¿Cuántas instancias hay como mínimo entre todas las zonas?"
            ),
            language, perZone * zones, [up(rate * 100, each * load * zones) * zones, up(rate * 100, each * load)])
    }

    /// Whole months until the load passes what is there.
    private static func growth(_ draw: inout Draw, _ rate: Int, _ each: Int, _ language: FreshLanguage) -> CaseDraft? {
        let percent = draw.pick([5, 8, 10, 12, 15])
        let instances = up(rate, each) + draw.int(2...30)
        // Load and capacity times 100 to the months, exactly.
        var (load, capacity, months) = (Int128(rate), Int128(instances * each), 0)
        while load <= capacity, months < 14 {
            load *= Int128(100 + percent)
            capacity *= 100
            months += 1
        }
        guard load > capacity else { return nil }
        let linear = up((instances * each - rate) * 100 + 1, rate * percent)
        return draft(
            language(
                "Today's peak is \(rate) requests a second and grows by \(percent) % each month, compounded. There are \(instances) instances of \(each) requests a second. After how many whole months is the peak above their total for the first time?",
                "La punta de hoy es de \(rate) peticiones por segundo y crece un \(percent) % cada mes, acumulativo. Hay \(instances) instancias de \(each) peticiones por segundo. ¿Al cabo de cuántos meses enteros supera la punta por primera vez ese total?"
            ),
            language, months, [linear, months - 1])
    }
}
