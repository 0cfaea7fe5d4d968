import LLMCore

/// The maker of quorums: how many replicas must answer, how many may fail, and how often a majority is up.
enum QuorumGenerator: CaseGenerator {
    static let name = "fresh-quorum"

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        switch level {
        case 1: return majority(&draw, language)
        case 2, 3: return overlap(&draw, level, language)
        default: return probability(&draw, level, language)
        }
    }

    private static func majority(_ draw: inout Draw, _ language: FreshLanguage) -> CaseDraft {
        let nodes = draw.int(3...60)
        let value = (nodes - 1) / 2
        return CaseDraft(
            prompt: language(
                "A consensus group of \(nodes) nodes needs a majority of all its nodes. How many nodes may fail at once at most while it goes on working?",
                "Un grupo de consenso de \(nodes) nodos necesita la mayoría de todos sus nodos. ¿Cuántos nodos pueden fallar a la vez como máximo sin que deje de funcionar?"
            ),
            in: language, value: Decimals(value), wrong: [Decimals(value + 1), Decimals(nodes / 2 + 1)])
    }

    private static func overlap(_ draw: inout Draw, _ level: Int, _ language: FreshLanguage) -> CaseDraft? {
        let nodes = draw.int(5...25)
        let write = draw.int(2...(nodes - 1))
        // Reads must meet the last write, also in so many replicas at once.
        let overlap = level == 2 ? 1 : draw.int(2...4)
        let read = nodes - write + overlap
        guard read <= nodes else { return nil }
        let failures = min(nodes - write, nodes - read)
        let asked = level == 2 ? read : failures
        let shared =
            overlap == 1
            ? language("at least one replica", "al menos una réplica")
            : language("at least \(overlap) replicas", "al menos \(overlap) réplicas")
        let base = language(
            "Data is kept on \(nodes) replicas, and a write is acknowledged by \(write) of them. Every read must ask so many replicas that \(shared) of those asked took part in the last write, whichever they are. ",
            "Los datos están en \(nodes) réplicas y una escritura la confirman \(write) de ellas. Cada lectura debe preguntar a tantas réplicas que \(shared) de las preguntadas participaran en la última escritura, sean cuales sean. "
        )
        let question =
            level == 2
            ? language("How many must a read ask at least?", "¿A cuántas debe preguntar una lectura como mínimo?")
            : language(
                "With the smallest such number, how many replicas may be down at most so that reads and writes both still work?",
                "Con el menor número que lo cumple, ¿cuántas réplicas pueden estar caídas como máximo para que sigan funcionando lecturas y escrituras?"
            )
        return CaseDraft(
            prompt: base + question, in: language, value: Decimals(asked),
            wrong: [Decimals(asked + 1), Decimals(level == 2 ? read - 1 : nodes - write)])
    }

    private static func probability(_ draw: inout Draw, _ level: Int, _ language: FreshLanguage) -> CaseDraft {
        let nodes = draw.pick(level == 4 ? [3, 4, 5] : [5, 6, 7])
        let percent = draw.int(80...99)
        let needed = level == 4 ? nodes / 2 + 1 : draw.int((nodes / 2 + 1)...(nodes - 1))
        let up = Self.up(nodes, percent, atLeast: needed)
        let all = Self.power(100, nodes)
        let value = Decimals(up * 100, over: all, places: 4)
        let one = Decimals(Self.up(nodes, percent, atLeast: needed + 1) * 100, over: all, places: 4)
        return CaseDraft(
            prompt: language(
                "Each of \(nodes) nodes is up \(percent) % of the time, independently. Writes work while at least \(needed) of them are up. What percentage of the time do writes work? Round to four decimals.",
                "Cada uno de los \(nodes) nodos funciona el \(percent) % del tiempo, de forma independiente. Se puede escribir mientras funcionen al menos \(needed). ¿Qué porcentaje del tiempo se puede escribir? Redondea a cuatro decimales."
            ),
            in: language, value: value, wrong: [one, Decimals(percent)], tolerance: Decimals(1, places: 3))
    }

    private static func power(_ base: Int, _ exponent: Int) -> Int128 {
        (0..<exponent).reduce(Int128(1)) { power, _ in power * Int128(base) }
    }

    /// Times 100 to the number of nodes: the binomial sum.
    private static func up(_ nodes: Int, _ percent: Int, atLeast needed: Int) -> Int128 {
        guard needed <= nodes else { return 0 }
        var choices: [Int128] = [1]
        for _ in 0..<nodes { choices = zip([0] + choices, choices + [0]).map { $0 + $1 } }
        return (needed...nodes).reduce(0) { sum, count in
            sum + choices[count] * power(percent, count) * power(100 - percent, nodes - count)
        }
    }
}
