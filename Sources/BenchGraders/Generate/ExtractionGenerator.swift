import LLMCore

/// The maker of messages out of which a few facts are to be read, among others that look like them.
enum ExtractionGenerator: CaseGenerator {
    static let name = "fresh-extraction"

    private static let months = [
        ("January", "enero"), ("February", "febrero"), ("March", "marzo"), ("April", "abril"), ("May", "mayo"),
        ("June", "junio"), ("July", "julio"), ("August", "agosto"), ("September", "septiembre"), ("October", "octubre"),
        ("November", "noviembre"), ("December", "diciembre"),
    ]
    private static let people = ["Marta Soler", "Ivan Petrov", "Aisha Khan", "Joao Lima", "Noor Haddad", "Lena Vogt"]
    private static let goods = [
        ("desk lamps", "lámparas"), ("office chairs", "sillas"), ("monitors", "monitores"), ("keyboards", "teclados"),
    ]

    private struct Facts {
        var order: String
        var date: CalendarDay
        var quantity: Int
        var cents: Int
        var contact: String
    }

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        guard let facts = facts(&draw), let old = otherFacts(&draw, unlike: facts) else { return nil }
        let goods = draw.pick(goods)
        let item = language(goods.0, goods.1)
        func long(_ day: CalendarDay) -> String {
            let month = months[day.month - 1]
            return language("\(day.day) \(month.0) \(day.year)", "\(day.day) de \(month.1) de \(day.year)")
        }
        func price(_ cents: Int) -> String { Decimals(cents, places: 2).fixed(language) }
        var sentences = [
            language(
                "Please find our order \(facts.order) of \(long(facts.date)) for \(facts.quantity) \(item) at a total of \(price(facts.cents)) euros.",
                "Les enviamos el pedido \(facts.order) del \(long(facts.date)) de \(facts.quantity) \(item) por un total de \(price(facts.cents)) euros."
            )
        ]
        if level > 1 {
            sentences.insert(
                language(
                    "Order \(old.order) of \(long(old.date)), \(price(old.cents)) euros, is cancelled.",
                    "El pedido \(old.order) del \(long(old.date)), de \(price(old.cents)) euros, queda anulado."),
                at: draw.int(0...1))
        }
        if level > 2 {
            sentences.append(
                language(
                    "Correction: we need \(facts.quantity + 2) pieces, not \(facts.quantity); the total stays.",
                    "Corrección: necesitamos \(facts.quantity + 2) unidades, no \(facts.quantity); el total no cambia.")
            )
        }
        sentences.append(
            language(
                "Questions go to \(facts.contact), no longer to \(old.contact).",
                "Las preguntas, a \(facts.contact); ya no a \(old.contact)."))
        if level > 3 {
            sentences.append(
                language(
                    "The date above is that of the draft; the order counts as placed one week later.",
                    "La fecha de arriba es la del borrador; el pedido cuenta como hecho una semana después."))
        }
        var right = facts
        if level > 2 { right.quantity += 2 }
        if level > 3 { right.date = DateGenerator.day(facts.date, plus: 7) }
        let prompt =
            sentences.joined(separator: " ") + "\n\n"
            + language(
                "Extract from this message the valid order as one JSON object: {\"order\": <text>, \"date\": \"YYYY-MM-DD\", \"quantity\": <number>, \"total\": <number>, \"contact\": <name>}.",
                "Extrae de este mensaje el pedido válido como un objeto JSON: {\"order\": <texto>, \"date\": \"AAAA-MM-DD\", \"quantity\": <número>, \"total\": <número>, \"contact\": <nombre>}."
            )
        return CaseDraft(
            prompt: prompt, reference: json(right).text.fenced("json"),
            badAnswers: badAnswers(right, facts, old), assertions: [assertion(json(right))])
    }

    private static func facts(_ draw: inout Draw) -> Facts? {
        guard let date = CalendarDay(year: draw.int(2_024...2_027), month: draw.int(1...12), day: draw.int(1...31))
        else {
            return nil
        }
        let letters = draw.sample(2, of: ["A", "B", "C", "K", "N", "P", "R", "T"]).joined()
        return Facts(
            order: "\(letters)-\(draw.int(1_000...9_999))", date: date, quantity: draw.int(3...40),
            cents: draw.int(10_000...999_999), contact: draw.pick(people))
    }

    private static func otherFacts(_ draw: inout Draw, unlike other: Facts) -> Facts? {
        guard let facts = facts(&draw), facts.order != other.order, facts.contact != other.contact,
            facts.date != other.date
        else { return nil }
        return facts
    }

    private static func json(_ facts: Facts) -> JSONValue {
        [
            "order": .string(facts.order), "date": .string(facts.date.description),
            "quantity": JSONValue(facts.quantity),
            "total": Decimals(facts.cents, places: 2).json, "contact": .string(facts.contact),
        ]
    }

    private static func badAnswers(_ right: Facts, _ first: Facts, _ old: Facts) -> [String] {
        var other = right
        other.contact = old.contact
        var cancelled = right
        (cancelled.order, cancelled.date) = (old.order, old.date)
        return [other, cancelled, first].map { json($0).text.fenced("json") }.filter {
            $0 != json(right).text.fenced("json")
        }
    }

    private static func assertion(_ value: JSONValue) -> JSONValue {
        let members = value.object ?? [:]
        return [
            "type": "contains-json",
            "value": [
                "type": "object", "required": .array(members.keys.map(JSONValue.string)),
                "properties": .object(JSONObject(members.map { .init(key: $0.key, value: ["const": $0.value]) })),
            ],
        ]
    }
}

extension Decimals {
    /// With exactly two places, as prices are written.
    func fixed(_ language: FreshLanguage) -> String {
        let units = places == 2 ? units : places == 1 ? units * 10 : units * 100
        let cents = units % 100
        return "\(units / 100)\(language(".", ","))\(cents < 10 ? "0" : "")\(cents)"
    }
}
