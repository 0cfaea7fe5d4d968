import LLMCore

/// The maker of questions about a table of sales.
enum TableGenerator: CaseGenerator {
    static let name = "fresh-table"

    private struct Row {
        let region: String
        let units: Int
        let price: Int
        let returned: Int

        /// Units that stayed sold, at their price.
        var net: Int { (units - returned) * price }
    }

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let regions = language == .english ? ["North", "South", "East", "West"] : ["Norte", "Sur", "Este", "Oeste"]
        let rows = (0..<(4 + level * 2)).map { _ in
            let units = draw.int(5...60)
            return Row(
                region: draw.pick(regions), units: units, price: draw.int(2...25), returned: draw.int(0...(units / 4)))
        }
        let header = language("| region | units | price | returned |", "| región | unidades | precio | devueltas |")
        let lines =
            [header, "|---|---|---|---|"] + rows.map { "| \($0.region) | \($0.units) | \($0.price) | \($0.returned) |" }
        let (question, value, wrong) = question(&draw, level, rows, regions, language)
        return CaseDraft(
            prompt: lines.joined(separator: "\n") + "\n\n" + question, in: language, value: Decimals(value),
            wrong: wrong.filter { $0 != value }.map { Decimals($0) } + [Decimals(value + 1)])
    }

    private static func question(
        _ draw: inout Draw, _ level: Int, _ rows: [Row], _ regions: [String], _ language: FreshLanguage
    ) -> (String, Int, [Int]) {
        let region = draw.pick(rows).region
        let own = rows.filter { $0.region == region }
        switch level {
        case 1:
            return (
                language("How many units were sold in \(region)?", "¿Cuántas unidades se vendieron en \(region)?"),
                own.reduce(0) { $0 + $1.units }, [own.reduce(0) { $0 + $1.units - $1.returned }, own[0].units]
            )
        case 2:
            return (
                language(
                    "What is the revenue of \(region), units times price, returns left out of account?",
                    "¿Cuánto ingresó \(region), unidades por precio, sin descontar devoluciones?"),
                own.reduce(0) { $0 + $1.units * $1.price }, [own.reduce(0) { $0 + $1.net }]
            )
        case 3:
            let bound = draw.int(6...15)
            let dear = rows.filter { $0.price >= bound }
            return (
                language(
                    "Over all rows with a price of at least \(bound): what is the total of units minus returned, times price?",
                    "En todas las filas con precio de al menos \(bound): ¿cuál es el total de unidades menos devueltas, por precio?"
                ),
                dear.reduce(0) { $0 + $1.net },
                [
                    dear.reduce(0) { $0 + $1.units * $1.price },
                    rows.filter { $0.price > bound }.reduce(0) { $0 + $1.net },
                ]
            )
        default:
            let totals = regions.map { name in rows.filter { $0.region == name } }.filter { !$0.isEmpty }
                .map { $0.reduce(0) { $0 + $1.net } }.sorted(by: >)
            let gross = regions.map { name in rows.filter { $0.region == name } }.filter { !$0.isEmpty }
                .map { $0.reduce(0) { $0 + $1.units * $1.price } }.sorted(by: >)
            return (
                language(
                    "Net revenue is units minus returned, times price. By how much does the region with the highest total net revenue exceed the one with the lowest, of those in the table?",
                    "El ingreso neto es unidades menos devueltas, por precio. ¿En cuánto supera la región de mayor ingreso neto total a la de menor, de las que aparecen en la tabla?"
                ),
                (totals.first ?? 0) - (totals.last ?? 0), [(gross.first ?? 0) - (gross.last ?? 0), totals.first ?? 0]
            )
        }
    }
}
