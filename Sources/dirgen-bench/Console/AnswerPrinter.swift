import DirGenCore

/// Prints an answer as it comes, or at its end, with its facts on standard error.
struct AnswerPrinter {
    let console: Console
    let streams: Bool
    let json: Bool
    let explains: Bool

    /// - Throws: ``AskFailure`` when there is no answer.
    func print(_ answer: AnswerStream) async throws {
        var filter = TerminalText()
        var last: Character = "\n"
        for try await event in answer {
            if json, streams { console.output.write(event.json.text + "\n") }
            switch event {
            case .attempting(let model, let attempt): console.detail("asking \(model) (\(attempt))")
            case .text(let piece), .refusal(let piece):
                guard streams, !json else { continue }
                console.output.write(console.outputIsTerminal ? filter.feed(piece) : piece)
                last = piece.last ?? last
            case .attemptFailed(let report): console.detail("\(report.model): \(report.outcome.rawValue)")
            case .ended(let record):
                if streams, !json, !last.isNewline { console.output.write("\n") }
                try finish(record)
            case .thinking, .toolCall: break
            }
        }
    }

    private func finish(_ record: CallRecord) throws {
        if json, !streams { console.json(record.json) }
        if explains { explain(record) }
        let reply = try Reply(record)
        if !json, !streams { console.write(reply.text.last?.isNewline == true ? reply.text : reply.text + "\n") }
        if let trouble = record.error { console.warn(trouble) }
        if case .model(let wanted) = record.requested, wanted != reply.model {
            let why = record.attempts.first { $0.report.model == wanted }?.report.outcome.rawValue ?? "not asked"
            console.warn(
                "\(wanted) did not answer (\(why)): \(reply.model) did; --no-fallback keeps to the one asked for")
        }
        let cost = reply.cost.map { "\($0) USD" } ?? "cost unknown"
        console.say("\(reply.model) · \(Int(reply.duration.milliseconds.rounded())) ms · \(cost)", .dim)
    }

    private func explain(_ record: CallRecord) {
        console.say("decision: \(record.decision.reason)")
        if let table = record.decision.tableID { console.say("table: \(table)") }
        for candidate in record.decision.candidates {
            console.say("  \(candidate.skipped ? "-" : "+") \(candidate.model): \(candidate.why)")
        }
        for attempt in record.attempts {
            let report = attempt.report
            let cost = attempt.cost.settled.map { "\($0) USD" } ?? "cost unknown: \(attempt.cost.unknownBecause ?? "")"
            let time = Int(report.timings.end.milliseconds.rounded())
            console.say("  \(report.id) \(report.model): \(report.outcome.rawValue) after \(time) ms, \(cost)")
        }
    }
}
