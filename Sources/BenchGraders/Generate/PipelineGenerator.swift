import LLMCore

/// The maker of small functions: steps on a list of whole numbers in words, checked by tests whose results are computed here.
enum PipelineGenerator: CaseGenerator {
    static let name = "fresh-function"

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let steps = (0..<(level + 1)).map { _ in PipelineStep.drawn(&draw) }
        for (step, next) in zip(steps, steps.dropFirst()) where step.isKin(of: next) { return nil }
        let end = draw.pick(PipelineEnd.allCases)
        let inputs = [[]] + (0..<8).map { _ in (0..<draw.int(1...(4 + level))).map { _ in draw.int(-9...20) } }
        let results = inputs.map { end.value(of: PipelineStep.run(steps, $0)) }
        guard Set(results).count > 4 else { return nil }
        let name = "digest"
        let tests = zip(inputs, results).map { "assert \(name)(\($0)) == \($1)" }.joined(separator: "\n")
        // A step less, or one with its bound off by one.
        let mistakes = steps.indices.flatMap { index -> [[PipelineStep]] in
            var less = steps
            less.remove(at: index)
            var near = steps
            near[index] = steps[index].offByOne
            return [near, less]
        }
        let wrong = mistakes.filter { mistake in
            inputs.map { end.value(of: PipelineStep.run(mistake, $0)) } != results
        }
        guard !wrong.isEmpty else { return nil }
        let lines =
            steps.enumerated().map { "\($0 + 1). \($1.text(language))" } + ["\(steps.count + 1). \(end.text(language))"]
        let prompt =
            language(
                "Write a Python function `\(name)(xs)` that takes a list of whole numbers and does this, step by step:",
                "Escribe una función de Python `\(name)(xs)` que recibe una lista de enteros y hace esto, paso a paso:")
            + "\n" + lines.joined(separator: "\n") + "\n"
            + language(
                "The list may be empty. Answer with the function in one ```python block.",
                "La lista puede estar vacía. Responde con la función en un bloque ```python.")
        func source(_ steps: [PipelineStep]) -> String {
            (["def \(name)(xs):"] + steps.map { "    xs = \($0.python)" } + ["    return \(end.python)"])
                .joined(separator: "\n").fenced("python")
        }
        return CaseDraft(
            prompt: prompt, reference: source(steps), badAnswers: wrong.prefix(2).map(source),
            assertions: [
                [
                    "type": "code", "language": "python", "entry_point": .string(name), "tests": .string(tests),
                ]
            ])
    }
}

/// A step on a list of whole numbers.
enum PipelineStep: Hashable {
    case keepMultiples(Int)
    case dropBelow(Int)
    case scale(Int, plus: Int)
    case unique
    case sortDown
    case take(Int)
    case dropFirst(Int)
    case differences

    static func drawn(_ draw: inout Draw) -> PipelineStep {
        switch draw.int(0...7) {
        case 0: .keepMultiples(draw.int(2...3))
        case 1: .dropBelow(draw.int(-3...6))
        case 2: .scale(draw.int(2...4), plus: draw.int(-5...5))
        case 3: .unique
        case 4: .sortDown
        case 5: .take(draw.int(2...4))
        case 6: .dropFirst(draw.int(1...2))
        default: .differences
        }
    }

    /// Two of the same kind in a row are one.
    func isKin(of other: PipelineStep) -> Bool {
        switch (self, other) {
        case (.keepMultiples, .keepMultiples), (.dropBelow, .dropBelow), (.scale, .scale), (.unique, .unique),
            (.sortDown, .sortDown), (.take, .take), (.dropFirst, .dropFirst), (.differences, .differences):
            true
        default: false
        }
    }

    var offByOne: PipelineStep {
        switch self {
        case .keepMultiples(let number): .keepMultiples(number + 1)
        case .dropBelow(let number): .dropBelow(number + 1)
        case .scale(let factor, let term): .scale(factor, plus: term + 1)
        case .take(let count): .take(count + 1)
        case .dropFirst(let count): .dropFirst(count + 1)
        case .unique, .sortDown, .differences: self
        }
    }

    static func run(_ steps: [PipelineStep], _ numbers: [Int]) -> [Int] { steps.reduce(numbers) { $1.run($0) } }

    private func run(_ numbers: [Int]) -> [Int] {
        switch self {
        case .keepMultiples(let divisor): numbers.filter { $0.isMultiple(of: divisor) }
        case .dropBelow(let least): numbers.filter { $0 >= least }
        case .scale(let factor, let term): numbers.map { $0 * factor + term }
        case .unique: numbers.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        case .sortDown: numbers.sorted(by: >)
        case .take(let count): Array(numbers.prefix(count))
        case .dropFirst(let count): Array(numbers.dropFirst(count))
        case .differences: zip(numbers, numbers.dropFirst()).map { $1 - $0 }
        }
    }

    var python: String {
        switch self {
        case .keepMultiples(let divisor): "[x for x in xs if x % \(divisor) == 0]"
        case .dropBelow(let least): "[x for x in xs if x >= \(least)]"
        case .scale(let factor, let term): "[x * \(factor) + (\(term)) for x in xs]"
        case .unique: "list(dict.fromkeys(xs))"
        case .sortDown: "sorted(xs, reverse=True)"
        case .take(let count): "xs[:\(count)]"
        case .dropFirst(let count): "xs[\(count):]"
        case .differences: "[b - a for a, b in zip(xs, xs[1:])]"
        }
    }

    func text(_ language: FreshLanguage) -> String {
        switch self {
        case .keepMultiples(let divisor):
            language("keep the multiples of \(divisor) only", "conserva solo los múltiplos de \(divisor)")
        case .dropBelow(let least): language("drop what is below \(least)", "descarta lo que sea menor que \(least)")
        case .scale(let factor, let term):
            language(
                "multiply each number by \(factor) and add \(term)",
                "multiplica cada número por \(factor) y súmale \(term)")
        case .unique:
            language("of equal numbers keep the first", "de los números iguales conserva el primero")
        case .sortDown: language("sort from the largest to the smallest", "ordena de mayor a menor")
        case .take(let count):
            language("keep the first \(count) numbers", "conserva los primeros \(count) números")
        case .dropFirst(let count):
            count == 1
                ? language("drop the first number", "quita el primer número")
                : language("drop the first \(count) numbers", "quita los primeros \(count) números")
        case .differences:
            language(
                "replace the list by the differences of neighbours, each number minus the one before it",
                "sustituye la lista por las diferencias entre vecinos, cada número menos el anterior")
        }
    }
}

/// The function's result for the last list.
enum PipelineEnd: CaseIterable {
    case sum, count, alternatingSum

    func value(of numbers: [Int]) -> Int {
        switch self {
        case .sum: numbers.reduce(0, +)
        case .count: numbers.count
        case .alternatingSum:
            numbers.enumerated().reduce(0) { $0 + ($1.offset.isMultiple(of: 2) ? $1.element : -$1.element) }
        }
    }

    var python: String {
        switch self {
        case .sum: "sum(xs)"
        case .count: "len(xs)"
        case .alternatingSum: "sum(x if i % 2 == 0 else -x for i, x in enumerate(xs))"
        }
    }

    func text(_ language: FreshLanguage) -> String {
        switch self {
        case .sum: language("return the sum, 0 of nothing", "devuelve la suma, 0 si no queda nada")
        case .count: language("return how many are left", "devuelve cuántos quedan")
        case .alternatingSum:
            language(
                "return the first minus the second plus the third and so on, 0 of nothing",
                "devuelve el primero menos el segundo más el tercero y así sucesivamente, 0 si no queda nada")
        }
    }
}
