import Hummingbird
import LLMCore
import LLMWire
import NIOCore

/// A planned answer with where it goes: makes the response's body, and records in the request log how that went.
struct AnswerJob: Sendable {
    let plan: AnswerPlan
    let flavour: ServerFlavour
    let includeUsage: Bool
    let asArray: Bool
    let effect: FaultEffect
    let stamps: Bool
    let origin: ContinuousClock.Instant
    let entry: RequestLogEntry
    let exchange: Exchange
    /// The local model in use until the answer is out.
    let loaded: String?

    private var requests: RequestLog { exchange.simulator.requests }
    private var timeScale: Double { exchange.simulator.options.timeScale }

    // MARK: Streams

    var streamed: ResponseBody {
        let open = OpenEntry { [self] in close(entry, .clientLeft) }
        return ResponseBody { writer in
            // From here on every way out is recorded.
            _ = open.close()
            var sender = StreamSender(
                plan: plan, flavour: flavour, includeUsage: includeUsage, asArray: asArray, effect: effect,
                stamps: stamps, origin: origin, timeScale: timeScale, pause: exchange.pause, model: entry.model)
            do {
                let ending = try await sender.run(&writer)
                record(sender, ending == .whole ? .served : .broken)
            } catch {
                try await breakOff(error, sender)
            }
            try await sender.finish(&writer)
        }
    }

    private func breakOff(_ error: any Error, _ sender: StreamSender) async throws -> Never {
        guard let cut = error as? StreamSender.CutOff else {
            record(sender, .clientLeft)
            throw error
        }
        record(sender, .broken)
        if cut.resets { await Connection.reset(exchange.channel) }
        throw error
    }

    private func record(_ sender: StreamSender, _ outcome: RequestLogEntry.Outcome) {
        var entry = entry
        // The last bytes leave after this; a stream of one write has its first token among them.
        entry.firstTokenAt = sender.firstTokenAt ?? (sender.sent > 0 ? MonotonicClock.nanoseconds : nil)
        entry.events = sender.sent
        close(entry, outcome)
    }

    // MARK: Whole answers

    /// Waits as long as the model takes, then gives the body.
    ///
    /// - Throws: What ended it before; the caller records that.
    func whole() async throws -> ResponseBody {
        try await waitForEnd()
        if effect.cutAfter != nil { return cutBody(effect.cut) }
        if let stall = effect.stall, stall.after > 0 { return stalledBody(stall) }
        var bytes = AnswerEncoder.encode(plan.answer, flavour: flavour)
        if effect.malformedAt != nil { EventBytes.break(&bytes, from: 0) }
        close(entry, effect.malformedAt != nil || effect.usage != nil ? .broken : .served)
        return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    }

    /// Half of the body, silence, and the rest.
    private func stalledBody(_ stall: FaultEffect.Stall) -> ResponseBody {
        let bytes = AnswerEncoder.encode(plan.answer, flavour: flavour)
        let middle = bytes.count / 2
        let open = OpenEntry { [self] in close(entry, .clientLeft) }
        return ResponseBody { writer in
            _ = open.close()
            try await writer.write(ByteBuffer(bytes: bytes[..<middle]))
            do {
                try await exchange.pause.until(exchange.time.now() + .milliseconds(stall.hold) * timeScale)
            } catch {
                close(entry, .clientLeft)
                throw error
            }
            close(entry, .served)
            try await writer.write(ByteBuffer(bytes: bytes[middle...]))
            try await writer.finish(nil)
        }
    }

    /// Half of the body, then the end of it: proper, or with the connection.
    private func cutBody(_ cut: FaultEffect.Cut) -> ResponseBody {
        let bytes = AnswerEncoder.encode(plan.answer, flavour: flavour)
        let half = ByteBuffer(bytes: bytes[..<(bytes.count / 2)])
        close(entry, .broken)
        return ResponseBody { writer in
            try await writer.write(half)
            if cut == .clean { return try await writer.finish(nil) }
            if cut == .reset { await Connection.reset(exchange.channel) }
            throw StreamSender.CutOff(resets: cut == .reset)
        }
    }

    private func waitForEnd() async throws {
        var end = origin + plan.endsAt
        if effect.firstTokenAbsent {
            try await exchange.pause.until(origin + .milliseconds(effect.firstTokenDelay ?? 600_000) * timeScale)
            throw StreamSender.CutOff(resets: false)
        }
        if let stall = effect.stall, stall.after == 0 || effect.cutAfter != nil {
            end += .milliseconds(stall.hold) * timeScale
        }
        try await exchange.pause.until(end)
    }

    private func close(_ entry: RequestLogEntry, _ outcome: RequestLogEntry.Outcome) {
        var entry = entry
        entry.outcome = outcome
        entry.endedAt = MonotonicClock.nanoseconds
        if let loaded { exchange.simulator.runner.release(loaded, now: exchange.time.now()) }
        requests.record(entry)
    }
}
