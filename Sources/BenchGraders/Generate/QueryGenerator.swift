import LLMCore

/// The maker of SQL tasks: a shown schema, hidden random rows, and the result computed here without a database.
enum QueryGenerator: CaseGenerator {
    static let name = "fresh-sql"

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let data = QueryData.drawn(&draw, level: level, language)
        let task = QueryTask.drawn(&draw, level: level, data)
        guard !task.rows.isEmpty, task.wrong.rows != task.rows else { return nil }
        let prompt =
            language("Two SQLite tables:", "Dos tablas de SQLite:") + "\n\n" + data.tables.fenced("sql") + "\n\n"
            + task.text(language) + "\n\n"
            + language(
                "Answer with one SELECT statement in a ```sql block. It is run on other rows than you can see.",
                "Responde con una sola sentencia SELECT en un bloque ```sql. Se ejecuta sobre filas que no ves.")
        let rows = task.rows.map { row in JSONValue.array(row.map(\.json)) }
        return CaseDraft(
            prompt: prompt, reference: task.query.fenced("sql"),
            badAnswers: [task.wrong.query.fenced("sql"), "SELECT NULL;".fenced("sql")],
            assertions: [
                [
                    "type": "sql", "schema": .string(data.tables + "\n" + data.inserts), "rows": .array(rows),
                    "ordered": .bool(task.isOrdered),
                ]
            ])
    }
}

/// A value of a result.
enum QueryValue: Hashable {
    case number(Int)
    case text(String)

    var json: JSONValue {
        switch self {
        case .number(let number): JSONValue(number)
        case .text(let text): .string(text)
        }
    }
}

/// The names of the two tables and of what stands in them.
struct QueryWords {
    let parents: String
    let name: String
    let category: String
    let children: String
    let parent: String
    let amount: String
    let state: String
    let names: [String]
    let categories: [String]
    let states: [String]

    static let english = [
        QueryWords(
            parents: "plants", name: "label", category: "country", children: "shifts", parent: "plant_id",
            amount: "output", state: "quality", names: ["Alpha", "Bravo", "Delta", "Echo", "Golf", "Hotel", "Kilo"],
            categories: ["Chile", "India", "Malta"], states: ["good", "poor", "scrap"]),
        QueryWords(
            parents: "authors", name: "surname", category: "field", children: "papers", parent: "author_id",
            amount: "citations", state: "venue", names: ["Adler", "Bose", "Curie", "Dirac", "Euler", "Fermi", "Gauss"],
            categories: ["algebra", "optics", "logic"], states: ["journal", "workshop", "preprint"]),
        QueryWords(
            parents: "trucks", name: "plate", category: "depot", children: "trips", parent: "truck_id",
            amount: "km", state: "cargo", names: ["AX1", "BK2", "CM3", "DT4", "EV5", "FW6", "GZ7"],
            categories: ["harbour", "airport", "inland"], states: ["fruit", "steel", "none"]),
        QueryWords(
            parents: "customers", name: "name", category: "city", children: "orders", parent: "customer_id",
            amount: "amount", state: "status", names: ["Ada", "Ben", "Cleo", "Dov", "Eve", "Finn", "Gil"],
            categories: ["Leeds", "Paris", "Quito"], states: ["paid", "open", "void"]),
        QueryWords(
            parents: "services", name: "name", category: "team", children: "incidents", parent: "service_id",
            amount: "minutes", state: "severity", names: ["auth", "cart", "feed", "mail", "pay", "push", "sync"],
            categories: ["core", "edge", "data"], states: ["low", "high", "critical"]),
    ]
    static let spanish = [
        QueryWords(
            parents: "alumnos", name: "apellido", category: "grupo", children: "entregas", parent: "alumno_id",
            amount: "puntos", state: "tipo", names: ["Alba", "Bravo", "Costa", "Duran", "Egea", "Font", "Gil"],
            categories: ["A1", "B2", "C3"], states: ["examen", "trabajo", "prueba"]),
        QueryWords(
            parents: "sensores", name: "clave", category: "zona", children: "lecturas", parent: "sensor_id",
            amount: "valor", state: "calidad", names: ["s01", "s02", "s03", "s04", "s05", "s06", "s07"],
            categories: ["norte", "sur", "centro"], states: ["buena", "dudosa", "mala"]),
        QueryWords(
            parents: "clientes", name: "nombre", category: "ciudad", children: "pedidos", parent: "cliente_id",
            amount: "importe", state: "estado", names: ["Ana", "Blas", "Cira", "Dora", "Elio", "Fran", "Gema"],
            categories: ["Cádiz", "León", "Vigo"], states: ["pagado", "abierto", "anulado"]),
    ]
}

/// Random rows of the two tables.
struct QueryData {
    struct Parent {
        let id: Int
        let name: String
        let category: String
    }
    struct Child {
        let id: Int
        let parent: Int
        /// `nil` is NULL.
        let amount: Int?
        let state: String
    }

    let words: QueryWords
    let parents: [Parent]
    let children: [Child]

    static func drawn(_ draw: inout Draw, level: Int, _ language: FreshLanguage) -> QueryData {
        let words = draw.pick(language == .english ? QueryWords.english : QueryWords.spanish)
        let names = draw.sample(4 + level / 2, of: words.names)
        let parents = names.enumerated().map {
            Parent(id: $0 + 1, name: $1, category: draw.pick(words.categories))
        }
        let children = (0..<(6 + level * 2)).map { index in
            Child(
                id: index + 1, parent: draw.pick(parents).id,
                amount: level > 2 && draw.chance(8) ? nil : draw.int(1...9) * 10, state: draw.pick(words.states))
        }
        return QueryData(words: words, parents: parents, children: children)
    }

    var tables: String {
        """
        CREATE TABLE \(words.parents) (id INTEGER PRIMARY KEY, \(words.name) TEXT NOT NULL, \(words.category) TEXT NOT NULL);
        CREATE TABLE \(words.children) (id INTEGER PRIMARY KEY, \(words.parent) INTEGER NOT NULL REFERENCES \(words.parents)(id), \
        \(words.amount) INTEGER, \(words.state) TEXT NOT NULL);
        """
    }

    var inserts: String {
        let parents = parents.map { "(\($0.id), '\($0.name)', '\($0.category)')" }.joined(separator: ", ")
        let children = children.map { child in
            "(\(child.id), \(child.parent), \(child.amount.map(String.init) ?? "NULL"), '\(child.state)')"
        }.joined(separator: ", ")
        return "INSERT INTO \(words.parents) VALUES \(parents);\nINSERT INTO \(words.children) VALUES \(children);"
    }
}

/// The kinds of questions, by what makes them hard.
enum QueryQuestion {
    case filteredCount, sumPerCategory, parentsWithout, nthHighest, aboveAverage

    /// By difficulty.
    static let kinds: [[QueryQuestion]] = [
        [.filteredCount], [.filteredCount, .sumPerCategory], [.sumPerCategory, .parentsWithout],
        [.parentsWithout, .nthHighest], [.nthHighest, .aboveAverage],
    ]
}
