import LLMCore

/// The maker of conversions: CSV to JSON, and numbers from one base to another.
enum ConversionGenerator: CaseGenerator {
    static let name = "fresh-conversion"

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        draw.chance(3) ? bases(&draw, level, language) : csv(&draw, level, language)
    }

    private static func bases(_ draw: inout Draw, _ level: Int, _ language: FreshLanguage) -> CaseDraft? {
        let radices = draw.sample(2, of: [2, 8, 10, 16])
        let numbers = (0..<(level + 1)).map { _ in draw.int(9...(level < 3 ? 255 : 65_535)) }
        func list(_ radix: Int, _ numbers: [Int]) -> [String] {
            numbers.map { String($0, radix: radix, uppercase: true) }
        }
        func answer(_ numbers: [Int]) -> String {
            JSONValue.array(list(radices[1], numbers).map(JSONValue.string)).text.fenced("json")
        }
        let prompt = language(
            "Convert these numbers from base \(radices[0]) to base \(radices[1]): \(list(radices[0], numbers).joined(separator: ", ")). Answer with one JSON array of strings, in the same order, capital letters, no prefixes and no leading zeros.",
            "Convierte estos números de base \(radices[0]) a base \(radices[1]): \(list(radices[0], numbers).joined(separator: ", ")). Responde con un array JSON de cadenas, en el mismo orden, con mayúsculas, sin prefijos ni ceros a la izquierda."
        )
        var near = numbers
        near[near.count - 1] += 1
        let items = list(radices[1], numbers).map { JSONValue.object(["const": .string($0)]) }
        return CaseDraft(
            prompt: prompt, reference: answer(numbers),
            badAnswers: [answer(near), answer(numbers.reversed())].filter { $0 != answer(numbers) },
            assertions: [
                [
                    "type": "contains-json",
                    "value": [
                        "type": "array", "prefixItems": .array(items), "minItems": JSONValue(items.count),
                        "maxItems": JSONValue(items.count),
                    ],
                ]
            ])
    }

    private static func csv(_ draw: inout Draw, _ level: Int, _ language: FreshLanguage) -> CaseDraft? {
        let keys = language == .english ? ["host", "note", "cpus", "share"] : ["equipo", "nota", "nucleos", "cuota"]
        let notes =
            language == .english
            ? ["spare", "old, slow", "the \"big\" one", "", "rack 7"]
            : ["libre", "viejo, lento", "el \"grande\"", "", "fila 7"]
        let rows = (0..<(level + 1)).map { index in
            (
                host: "n\(index + 1)\(draw.pick(["a", "b", "c"]))", note: level > 1 ? draw.pick(notes) : notes[0],
                cpus: draw.int(2...64), share: Decimals(draw.int(1...99), places: 2)
            )
        }
        func quoted(_ text: String) -> String {
            text.contains(",") || text.contains("\"") ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
        }
        let lines =
            [keys.joined(separator: ",")]
            + rows.map { "\($0.host),\(quoted($0.note)),\($0.cpus),\($0.share.literal)" }
        func objects(_ note: (String) -> JSONValue, _ cpus: (Int) -> JSONValue) -> [JSONValue] {
            rows.map { row in
                .object(
                    JSONObject([
                        .init(key: keys[0], value: .string(row.host)), .init(key: keys[1], value: note(row.note)),
                        .init(key: keys[2], value: cpus(row.cpus)), .init(key: keys[3], value: row.share.json),
                    ]))
            }
        }
        let right = objects({ $0.isEmpty ? .null : .string($0) }, { JSONValue($0) })
        let texts = objects({ $0.isEmpty ? .null : .string($0) }, { .string("\($0)") })
        let raw = objects({ .string(quoted($0)) }, { JSONValue($0) })
        func answer(_ objects: [JSONValue]) -> String { JSONValue.array(objects).text.fenced("json") }
        let prompt =
            language(
                "Convert this CSV to one JSON array of objects, one a row, with the header's names as keys. \(keys[2]) and \(keys[3]) are numbers, an empty field is null, everything else is text.",
                "Convierte este CSV en un array JSON de objetos, uno por fila, con los nombres de la cabecera como claves. \(keys[2]) y \(keys[3]) son números, un campo vacío es null y lo demás es texto."
            ) + "\n\n" + lines.joined(separator: "\n").fenced("csv")
        return CaseDraft(
            prompt: prompt, reference: answer(right),
            badAnswers: [answer(texts), answer(raw), answer(Array(right.dropLast()))].filter { $0 != answer(right) },
            assertions: [["type": "contains-json", "value": ["const": .array(right)]]])
    }
}
