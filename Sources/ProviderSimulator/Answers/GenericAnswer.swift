import LLMCore

/// Plausible answers to prompts that nobody gave a reference for.
enum GenericAnswer {
    static func write(_ request: ChatRequest, _ chance: inout SimulatedChance) -> String {
        if let schema = request.parameters.responseSchema { return SchemaSample.make(schema).text }
        let prompt = request.messages.last { $0.role == .user }?.text ?? ""
        let spanish = isSpanish(prompt)
        let topic = subject(of: prompt)
        let opening = chance.pick(spanish ? spanishOpenings : englishOpenings) ?? ""
        let sentences = spanish ? spanishSentences : englishSentences
        let start = chance.below(sentences.count)
        let count = 2 + chance.below(3)
        let body = (0..<count).map { sentences[(start + $0) % sentences.count] }
        return ([opening.replacing("%t", with: topic)] + body).joined(separator: " ")
    }

    /// A refusal in the answer's language.
    static func decline(like answer: String) -> String {
        isSpanish(answer)
            ? "Lo siento, pero con la información disponible no puedo responder a esa pregunta."
            : "I'm sorry, but I can't help with that based on the information provided."
    }

    /// Reasoning of about so many tokens.
    static func thoughts(about request: ChatRequest, tokens: Int, _ chance: inout SimulatedChance) -> [String] {
        var pieces: [String] = []
        let topic = subject(of: request.messages.last { $0.role == .user }?.text ?? "")
        pieces += TokenPieces.split("The question is about \(topic).")
        while pieces.count < tokens { pieces += TokenPieces.split(" " + (chance.pick(musings) ?? "Let me check.")) }
        return Array(pieces.prefix(tokens))
    }

    private static func subject(of prompt: String) -> String {
        let line = prompt.split(separator: "\n").first.map(String.init) ?? ""
        let words = line.split(separator: " ").prefix(8).joined(separator: " ")
        return words.isEmpty ? "this request" : "“\(words)”"
    }

    private static func isSpanish(_ text: String) -> Bool {
        let words = Set(text.lowercased().split { !$0.isLetter }.map(String.init))
        return words.intersection(["el", "los", "una", "que", "para", "según", "qué", "cuál", "del"]).count >= 2
    }

    private static let englishOpenings = [
        "For %t, the short answer is that it depends on load and on how much the team can operate.",
        "About %t: start with the simplest thing that meets the requirement, then measure.",
        "Here is how I would approach %t.",
    ]
    private static let englishSentences = [
        "Keep the write path small and make every step idempotent.",
        "Put a queue between the parts that fail differently.",
        "Measure the ninety-fifth percentile before and after, under the same load.",
        "Prefer one deployable unit until two teams need different release days.",
        "Name an owner for each boundary, and write the contract down.",
        "Set a timeout on every call and decide what happens when it is met.",
    ]
    private static let spanishOpenings = [
        "Sobre %t: empieza por lo más sencillo que cumpla el requisito y mide después.",
        "Para %t, la respuesta corta es que depende de la carga y del equipo que lo opere.",
    ]
    private static let spanishSentences = [
        "Mantén pequeño el camino de escritura y haz idempotente cada paso.",
        "Pon una cola entre las partes que fallan de forma distinta.",
        "Mide el percentil noventa y cinco antes y después, con la misma carga.",
        "Nombra un responsable para cada frontera y escribe el contrato.",
    ]
    private static let musings = [
        "First, list what is given and what is asked.", "Check the units before adding anything up.",
        "The obvious option may hide a failure mode.", "Compare the alternatives on cost and on risk.",
        "Then state the result in the form that was asked for.",
    ]
}

/// A value that a JSON Schema accepts, for the keywords that structured output and tools use.
enum SchemaSample {
    static func make(_ schema: JSONValue, depth: Int = 0) -> JSONValue {
        guard depth < 12 else { return .null }
        // JSON of any form is an object at all providers.
        if schema == true { return ["answer": .string(text(atLeast: 0))] }
        if let constant = schema["const"] { return constant }
        if let first = schema["enum"]?[0] { return first }
        if let option = (schema["anyOf"] ?? schema["oneOf"])?[0] { return make(option, depth: depth + 1) }
        let type = schema["type"]?.string ?? schema["type"]?[0]?.string ?? (schema["properties"] == nil ? "" : "object")
        switch type.lowercased() {
        case "object": return object(schema, depth)
        case "array": return array(schema, depth)
        case "integer": return .number(JSONNumber(schema["minimum"]?.int ?? 1))
        case "number": return schema["minimum"] ?? 1
        case "boolean": return true
        case "null": return .null
        default: return .string(text(atLeast: schema["minLength"]?.int ?? 0))
        }
    }

    private static func object(_ schema: JSONValue, _ depth: Int) -> JSONValue {
        let properties = schema["properties"]?.object ?? .init()
        let required = schema["required"]?.array?.compactMap(\.string)
        var object = JSONObject()
        for member in properties where required?.contains(member.key) ?? true {
            object[member.key] = make(member.value, depth: depth + 1)
        }
        return .object(object)
    }

    private static func array(_ schema: JSONValue, _ depth: Int) -> JSONValue {
        let count = max(1, schema["minItems"]?.int ?? 1)
        let item = schema["items"].map { make($0, depth: depth + 1) } ?? "sample"
        return .array(Array(repeating: item, count: min(count, 100)))
    }

    private static func text(atLeast count: Int) -> String {
        var text = "sample"
        while text.count < min(count, 10_000) { text += " text" }
        return text
    }
}
