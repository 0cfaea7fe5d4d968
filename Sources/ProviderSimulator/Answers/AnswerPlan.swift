import LLMCore
import LLMWire

/// An answer with its timetable, before a byte of it is written.
struct AnswerPlan: Sendable {
    struct Step: Sendable {
        var piece: AnswerPiece
        /// From the moment the request was read, scaled.
        var at: Duration
        /// Visible output tokens up to here.
        var outputSoFar: Int
    }

    var answer: ServedAnswer
    var steps: [Step]
    /// When a stream's opening leaves; the first piece follows.
    var startsAt: Duration
    var endsAt: Duration
    var usage: TokenUsage
    /// `nil` when no price is known.
    var cost: USD?
    var degradation: Degradation?
}

/// Groups tokens into events and gives each its instant.
struct Timetable {
    private(set) var steps: [AnswerPlan.Step] = []
    /// Seconds, before scaling: when the next event leaves.
    private(set) var cursor: Double
    private let perToken: Double
    private let size: SimulatedModel.EventSize
    private let scale: Double
    private var visible = 0

    init(cursor: Double, perToken: Double, size: SimulatedModel.EventSize, scale: Double) {
        self.cursor = cursor
        self.perToken = perToken
        self.size = size
        self.scale = scale
    }

    /// - Parameter counts: These tokens are visible output, as opposed to reasoning.
    mutating func add(
        _ tokens: [String], counts: Bool, _ chance: inout SimulatedChance, _ piece: (String) -> AnswerPiece
    ) {
        var index = 0
        while index < tokens.count {
            var text = tokens[index]
            var count = 1
            let wanted = size.median > 0 ? Int(chance.logNormal(median: size.median, sigma: size.sigma)) : 0
            while index + count < tokens.count, text.count < wanted {
                text += tokens[index + count]
                count += 1
            }
            // The first event leaves at once: its tokens are what the wait was for.
            if !steps.isEmpty { cursor += Double(count) * perToken * chance.jitter(0.4) }
            if counts { visible += count }
            steps.append(.init(piece: piece(text), at: .seconds(cursor * scale), outputSoFar: visible))
            index += count
        }
    }

    mutating func addInstant(_ piece: AnswerPiece) {
        steps.append(.init(piece: piece, at: .seconds(cursor * scale), outputSoFar: visible))
    }
}
