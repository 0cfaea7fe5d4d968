import DirGenAPI
import DirGenCore

/// Prints an answer as it comes, or at its end, with its facts on standard error.
struct AnswerPrinter {
    let console: Console
    let streams: Bool
    let json: Bool
    let explains: Bool
    /// Messages about models that stand in for another, printed where one of them answered.
    var modelNotes: [(model: ModelID, note: String)] = []

    /// - Throws: ``AskFailure`` when there is no answer.
    func print(_ answer: AnswerStream) async throws {
        var filter = TerminalText()
        var reported: Set<String> = []
        var last: Character = "\n"
        for try await event in answer {
            if json, streams { try console.jsonLine(AnswerEventDocument(event)) }
            switch event {
            case .attempting(let model, let attempt): console.detail("calling \(model) (\(attempt))")
            case .waiting(let wait): report(wait, &reported)
            case .text(let piece), .refusal(let piece):
                guard streams, !json else { continue }
                console.output.write(console.outputIsTerminal ? filter.feed(piece) : piece)
                last = piece.last ?? last
            case .image: console.say("an image, which `--format json --stream` holds", .dim)
            case .file(let file):
                console.say("a part of \(file.mediaType), which `--format json --stream` holds", .dim)
            case .attemptFailed(let report): console.detail("\(report.model): \(report.outcome.rawValue)")
            case .ended(let record):
                if streams, !json, !last.isNewline { console.output.write("\n") }
                try finish(record)
            case .thinking, .thinkingSignature, .native, .raw, .responded, .logprobs, .toolCall: break
            }
        }
    }

    /// Prints a long wait when it begins; off a terminal, the first one of each kind.
    private func report(_ wait: AskWait, _ reported: inout Set<String>) {
        let threshold = Duration.seconds(console.errorIsTerminal ? 1 : 2)
        guard wait.expected.map({ $0 > threshold }) ?? true else { return console.detail(wait.description) }
        guard console.errorIsTerminal || reported.insert(wait.reason).inserted else { return }
        console.say(wait.description, .dim)
    }

    private func finish(_ record: CallRecord) throws {
        if json, !streams { try console.json(CallDocument(record)) }
        if explains { explain(record) }
        let reply: Reply
        do {
            reply = try Reply(record)
        } catch {
            // The part of an answer that broke off was paid for: it is printed, and the error says that it is a part.
            write(record.answer.text)
            throw error
        }
        write(reply.text)
        if let trouble = record.error { console.warn(trouble) }
        if record.decision.cache?.kind == .stale, let step = record.decision.steps.last { console.warn(step.what) }
        warnOfAnother(reply)
        for (model, note) in modelNotes where model == reply.model && record.requested == .auto { console.say(note) }
        if let history = record.decision.history { console.say(history.message, .dim) }
        let cost = money(of: record)
        let origin = record.decision.cache?.kind.sourceText.map { " · \($0)" } ?? ""
        console.say("\(reply.model) · \(Int(reply.duration.milliseconds.rounded())) ms · \(cost)\(origin)", .dim)
    }

    /// The cost of the request, and the share of it that went into the summary of its conversation.
    private func money(of record: CallRecord) -> String {
        let answer = CostText.words(record.cost, atMost: record.costAtMost)
        guard record.decision.summaryCost != .zero else { return answer }
        let summary = CostText.words(record.decision.summaryCost)
        let total = CostText.words(record.totalCost, atMost: record.totalCostAtMost)
        return "\(total) (the answer \(answer), the summary \(summary))"
    }

    private func write(_ text: String) {
        guard !json, !streams, !text.isEmpty else { return }
        console.write(text.last?.isNewline == true ? text : text + "\n")
    }

    /// Warns when another model answered than the requested one, or than the first choice of the decision.
    private func warnOfAnother(_ reply: Reply) {
        let record = reply.record
        let wanted: ModelID? =
            switch record.requested {
            case .model(let model): model
            // Candidates that cannot be called stand last: the first one is the choice.
            case .auto: record.decision.candidates.first?.model
            }
        guard let wanted, wanted != reply.model else { return }
        let first = record.attempts.first { $0.report.model == wanted }?.report.outcome
        // Of a hedged pair, the slower one was cancelled.
        if first == .cancelled {
            return console.warn(
                "\(wanted) was slow to send its first token: \(reply.model) was started beside it and answered first")
        }
        // No warning where an equal was chosen.
        guard let why = first?.rawValue ?? record.decision.skipReason(of: wanted) else { return }
        let what = first == nil ? "was not asked" : "did not answer"
        console.warn("\(wanted) \(what) (\(why)): \(reply.model) answered; --no-fallback keeps to the first choice")
    }

    private func explain(_ record: CallRecord) {
        console.say("decision: \(record.decision.reason)")
        if let table = record.decision.tableID { console.say("table: \(table)") }
        for candidate in record.decision.candidates {
            console.say("  \(candidate.skipped ? "-" : "+") \(candidate.model): \(candidate.why)")
        }
        for attempt in record.attempts {
            let report = attempt.report
            let cost = CostText.words(
                attempt.cost.settled, atMost: attempt.costAtMost, because: attempt.cost.unknownBecause)
            let time = Int(report.timings.end.milliseconds.rounded())
            console.say("  \(report.id) \(report.model): \(report.outcome.rawValue) after \(time) ms, \(cost)")
        }
    }
}
