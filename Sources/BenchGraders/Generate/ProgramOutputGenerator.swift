import LLMCore

/// The maker of questions about the output of a small Python program.
enum ProgramOutputGenerator: CaseGenerator {
    static let name = "fresh-program-output"

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let program = TinyProgram.drawn(&draw, level: level)
        guard let value = program.run(), value.magnitude < 1_000_000_000 else { return nil }
        // Off by one in a range, division that forgets the sign: what a hurried reader does.
        let wrong = [TinyProgram.Reading.closedRanges, .truncatedDivision].compactMap { program.run($0) }
            .filter { $0 != value && $0.magnitude < 1_000_000_000 }
        guard !wrong.isEmpty else { return nil }
        let prompt =
            language("What does this Python program print?", "¿Qué imprime este programa de Python?") + "\n\n"
            + program.python.fenced("python")
        return CaseDraft(
            prompt: prompt, in: language, value: Decimals(value),
            wrong: wrong.map { Decimals($0) } + [Decimals(value + 1)])
    }
}

/// A program of a tiny language of whole numbers, loops and branches. Its text is Python; its meaning is computed here.
struct TinyProgram {
    indirect enum Expression {
        case number(Int)
        case variable(Int)
        case binary(Operator, Expression, Expression)
    }
    enum Operator: String, CaseIterable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        /// Both round down, as Python has it.
        case quotient = "//"
        case remainder = "%"
    }
    enum Comparison: String, CaseIterable {
        case less = "<"
        case greater = ">"
        case equal = "=="
    }
    indirect enum Statement {
        case assign(Int, Expression)
        case branch(Expression, Comparison, Expression, then: [Statement], otherwise: [Statement])
        /// Over `range(from, to, step)`.
        case loop(Int, from: Int, to: Int, step: Int, [Statement])
    }
    /// The way the text is read: rightly, or with a mistake.
    enum Reading {
        case right, closedRanges, truncatedDivision
    }

    private static let names = ["a", "b", "c", "i", "j"]
    private static let variables = 3

    let statements: [Statement]

    static func drawn(_ draw: inout Draw, level: Int) -> TinyProgram {
        var statements = (0..<variables).map { Statement.assign($0, .number(draw.int(-3...9))) }
        for _ in 0..<[1, 1, 2, 2, 3][level - 1] {
            statements.append(loop(&draw, level: level, depth: 0))
        }
        return TinyProgram(statements: statements)
    }

    private static func loop(_ draw: inout Draw, level: Int, depth: Int) -> Statement {
        let from = draw.int(-2...3)
        let step = draw.chance(3) ? 2 : 1
        var body = (0..<(level > 2 ? 2 : 1)).map { _ in assignment(&draw, loops: depth + 1) }
        if level > 1 { body.append(branch(&draw, loops: depth + 1)) }
        if level > 3, depth == 0 { body.append(loop(&draw, level: 2, depth: 1)) }
        return .loop(variables + depth, from: from, to: from + draw.int(2...(2 + level)), step: step, body)
    }

    private static func branch(_ draw: inout Draw, loops: Int) -> Statement {
        let divisor = draw.int(2...4)
        let comparison = draw.pick(Comparison.allCases)
        // A condition that no remainder meets, or every one, would be no branch.
        let bounds =
            switch comparison {
            case .less: 1...(divisor - 1)
            case .greater: 0...(divisor - 2)
            case .equal: 0...(divisor - 1)
            }
        return .branch(
            .binary(.remainder, .variable(draw.int(0...(variables + loops - 1))), .number(divisor)),
            comparison, .number(draw.int(bounds)),
            then: [assignment(&draw, loops: loops)], otherwise: [assignment(&draw, loops: loops)])
    }

    private static func assignment(_ draw: inout Draw, loops: Int) -> Statement {
        let target = draw.int(0...(variables - 1))
        // Not the target itself: `b - b` asks nothing of a reader.
        let other = Expression.variable((target + draw.int(1...(variables + loops - 1))) % (variables + loops))
        switch draw.int(0...5) {
        case 0: return .assign(target, .binary(.quotient, .variable(target), .number(draw.int(2...3))))
        case 1: return .assign(target, .binary(.minus, other, .variable(target)))
        case 2:
            let product = Expression.binary(.times, .variable(target), .number(draw.int(2...3)))
            return .assign(target, .binary(.minus, product, other))
        case 3:
            return .assign(
                target, .binary(.remainder, .binary(.plus, .variable(target), other), .number(draw.int(5...17))))
        default: return .assign(target, .binary(.plus, .variable(target), other))
        }
    }
}

extension TinyProgram {
    /// The source, which ends with a print of a sum of all variables.
    var python: String {
        let sum = TinyProgram.names.prefix(TinyProgram.variables).enumerated().map { "\($0 + 1) * \($1)" }
        return (TinyProgram.lines(statements, depth: 0) + ["print(\(sum.joined(separator: " + ")))"]).joined(
            separator: "\n")
    }

    private static func lines(_ statements: [Statement], depth: Int) -> [String] {
        let indent = String(repeating: "    ", count: depth)
        return statements.flatMap { statement -> [String] in
            switch statement {
            case .assign(let target, let expression): [indent + "\(names[target]) = \(text(expression))"]
            case .branch(let left, let comparison, let right, let then, let otherwise):
                [indent + "if \(text(left)) \(comparison.rawValue) \(text(right)):"] + lines(then, depth: depth + 1)
                    + [indent + "else:"] + lines(otherwise, depth: depth + 1)
            case .loop(let variable, let from, let to, let step, let body):
                [indent + "for \(names[variable]) in range(\(from), \(to)\(step == 1 ? "" : ", \(step)")):"]
                    + lines(body, depth: depth + 1)
            }
        }
    }

    private static func text(_ expression: Expression) -> String {
        switch expression {
        case .number(let number): "\(number)"
        case .variable(let variable): names[variable]
        case .binary(let operation, let left, let right): "\(inner(left)) \(operation.rawValue) \(inner(right))"
        }
    }

    private static func inner(_ expression: Expression) -> String {
        if case .binary = expression { "(\(text(expression)))" } else { text(expression) }
    }
}

extension TinyProgram {
    /// The program's output; `nil` where a number grows beyond what is asked of a reader.
    func run(_ reading: Reading = .right) -> Int? {
        var values = Array(repeating: 0, count: TinyProgram.names.count)
        guard TinyProgram.run(statements, &values, reading) else { return nil }
        return (0..<TinyProgram.variables).reduce(0) { $0 + ($1 + 1) * values[$1] }
    }

    private static func run(_ statements: [Statement], _ values: inout [Int], _ reading: Reading) -> Bool {
        for statement in statements {
            switch statement {
            case .assign(let target, let expression):
                values[target] = value(of: expression, values, reading)
                guard values[target].magnitude < 1_000_000_000_000 else { return false }
            case .branch(let left, let comparison, let right, let then, let otherwise):
                let pair = (value(of: left, values, reading), value(of: right, values, reading))
                let holds =
                    switch comparison {
                    case .less: pair.0 < pair.1
                    case .greater: pair.0 > pair.1
                    case .equal: pair.0 == pair.1
                    }
                guard run(holds ? then : otherwise, &values, reading) else { return false }
            case .loop(let variable, let from, let to, let step, let body):
                for round in stride(from: from, to: reading == .closedRanges ? to + 1 : to, by: step) {
                    values[variable] = round
                    guard run(body, &values, reading) else { return false }
                }
            }
        }
        return true
    }

    private static func value(of expression: Expression, _ values: [Int], _ reading: Reading) -> Int {
        switch expression {
        case .number(let number): return number
        case .variable(let variable): return values[variable]
        case .binary(let operation, let left, let right):
            let (left, right) = (value(of: left, values, reading), value(of: right, values, reading))
            switch operation {
            case .plus: return left + right
            case .minus: return left - right
            case .times: return left * right
            case .quotient, .remainder:
                // Divisors are numbers above 1.
                let (quotient, rest) = left.quotientAndRemainder(dividingBy: max(2, right))
                let roundsDown = reading != .truncatedDivision && rest < 0
                if operation == .quotient { return quotient - (roundsDown ? 1 : 0) }
                return rest + (roundsDown ? right : 0)
            }
        }
    }
}
