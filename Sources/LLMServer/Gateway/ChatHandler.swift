import DirGenCore
import HTTPTypes
import LLMCore
import LLMService
import LLMWire

/// The gateway's answer to one request for an answer, in any dialect, from any provider.
struct ChatHandler: Sendable {
    let dirgen: DirGen
    let route: GatewayRoute.Chat
    let access: ClientAccess
    let seals: SealMemory
    /// `nil` on an open server.
    let grant: AccessGrant?
    private var flavour: ServerFlavour { route.flavour }

    /// - Returns: The response is an answer, or a failure of one: something may have been paid for it.
    @discardableResult
    func serve(_ received: WholeRequest, to sink: any ResponseSink) async throws -> Bool {
        let client: ClientRequest
        var request: AskRequest
        let alias: String?
        let spending: ClientSpending?
        do throws(ServedError) {
            client = try decode(received)
            (request, alias) = try ask(client, received)
            OverheadClock.enter(.overhead(.access))
            do { spending = try await ClientSpending.admit(&request, alias: alias, grant, access, dirgen) } catch {
                throw ServedError(error, model: client.model)
            }
        } catch {
            try await sink.respond(.refusal(error, flavour))
            return false
        }
        OverheadClock.enter(.overhead(.planning))
        return client.request.stream
            ? try await stream(request, client, spending, sink) : try await answer(request, client, spending, sink)
    }

    // MARK: The request

    private func decode(_ request: WholeRequest) throws(ServedError) -> ClientRequest {
        do {
            var client = try RequestDecoder.decode(
                request.body, flavour: flavour, pathModel: route.model, pathStreams: route.streams)
            client.request.original?.headers = request.fields.ofBody
            client.request.original?.makers = seals.makers(of: client.request.messages)
            return client
        } catch {
            throw ServedError(error, model: route.model)
        }
    }

    /// The request for the service, and the alias by which its model is named.
    private func ask(
        _ client: ClientRequest, _ request: WholeRequest
    ) throws(ServedError) -> (request: AskRequest, alias: String?) {
        let headers = try RoutingHeaders(request.fields)
        let wish = try dirgen.configuration.wish(client.model, native: route.native)
        guard dirgen.canCall else {
            throw ServedError(.overloaded, message: "no provider is configured", status: 503)
        }
        try requireExpressible(client, wish)
        var ask = dirgen.request("", task: headers.task ?? wish.task ?? .general)
        ask.model = wish.choice
        ask.chat = client.request
        if let name = headers.profile { ask.profile = try dirgen.configuration.callersProfile(name) }
        ask.useCache = headers.usesCache
        ask.policy.fallback = headers.fallsBack
        ask.policy.maxCost = headers.maxCost
        ask.policy.delivery = client.request.stream ? .live : .atEnd
        // A caller's bytes go on as they are: older turns are not put into a summary behind its back.
        ask.policy.history = nil
        ask.attribution = CallAttribution(key: grant?.key.name, tags: headers.tags)
        if let deadline = headers.deadline { ask.policy.limits.total = deadline }
        switch headers.hedges {
        case true?: ask.policy.hedge = ask.policy.hedge ?? HedgePolicy()
        case false?: ask.policy.hedge = nil
        case nil: break
        }
        return (ask, wish.alias)
    }

    /// A model that is named, and whose provider speaks another dialect, must be able to read the whole request.
    private func requireExpressible(_ client: ClientRequest, _ wish: ModelWish) throws(ServedError) {
        guard case .model(let model) = wish.choice, let original = client.request.original,
            !dirgen.configuration.speaks(original.dialect, model.provider),
            let target = dirgen.configuration.dialect(of: model.provider),
            let part = Untranslatable.part(of: original, in: target)
        else { return }
        throw ServedError(
            .badRequest, message: "\(part) cannot be said to \(model): its provider has no such thing", status: 400)
    }

    // MARK: The answer

    /// The room for an event that is kept for the next.
    private static let keptCapacity = 64 << 10

    private func stream(
        _ request: AskRequest, _ client: ClientRequest, _ spending: ClientSpending?, _ sink: any ResponseSink
    ) async throws -> Bool {
        var relay = StreamRelay(client, flavour: flavour, asArray: route.asArray) { head(request, client, $0) }
        var bytes: [UInt8] = []
        var isOpen = false
        var notes = seals.notes()
        var failures: [AttemptReport] = []
        for try await event in dirgen.asker.ask(request) {
            OverheadClock.spend(.translation) { relay.take(event, into: &bytes) }
            notes.take(event, by: relay.model)
            if case .attemptFailed(let report) = event { failures.append(report) }
            if !isOpen, let refusal = tooLong(event, after: failures.last, request) {
                spending?.release(after: failures)
                try await sink.respond(.refusal(refusal, flavour))
                return false
            }
            if case .ended(let record) = event {
                spending?.settle(record)
                let error = failure(record)
                guard isOpen || error == nil else {
                    try await sink.respond(.refusal(error ?? .init(.serverError), flavour, record))
                    return record.isPaid
                }
                let facts = AnswerFacts(record)
                OverheadClock.spend(.translation) {
                    relay.end(record, failure: error, trailer: facts.comment, into: &bytes)
                }
                if !isOpen { try await sink.begin(.ok, streamFields(facts), []) }
                try await sink.end(bytes)
                return record.isPaid
            }
            guard relay.hasBegun, !bytes.isEmpty else { continue }
            if isOpen {
                try await sink.write(bytes)
            } else {
                isOpen = true
                let facts = AnswerFacts(request, relay.model, vendorNames: relay.exchangeNames)
                try await sink.begin(.ok, streamFields(facts), bytes)
            }
            bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
        }
        throw CancellationError()
    }

    private func answer(
        _ request: AskRequest, _ client: ClientRequest, _ spending: ClientSpending?, _ sink: any ResponseSink
    ) async throws -> Bool {
        var relay = UnaryRelay(flavour.dialect)
        var notes = seals.notes()
        var failures: [AttemptReport] = []
        for try await event in dirgen.asker.ask(request) {
            relay.take(event)
            notes.take(event, by: relay.model)
            if case .attemptFailed(let report) = event { failures.append(report) }
            if let refusal = tooLong(event, after: failures.last, request) {
                spending?.release(after: failures)
                try await sink.respond(.refusal(refusal, flavour))
                return false
            }
            guard case .ended(let record) = event else { continue }
            spending?.settle(record)
            if let error = failure(record) {
                try await sink.respond(.refusal(error, flavour, record))
                return record.isPaid
            }
            let model = record.model ?? relay.model ?? ModelID(provider: route.native, name: client.model)
            let body = OverheadClock.spend(.translation) {
                relay.body(record, client, flavour, head: head(request, client, model))
            }
            var fields = AnswerFacts(record).fields
            fields[.contentType] = "application/json"
            try await sink.respond(WholeResponse(status: .ok, fields: fields, body: body))
            return record.isPaid
        }
        throw CancellationError()
    }

    private func failure(_ record: CallRecord) -> ServedError? {
        if let part = record.answer.partWithoutForm(in: flavour.dialect) {
            // No server's error, after which an SDK would ask, and pay, again.
            return ServedError(
                .badRequest, message: "the answer holds \(part), which this API has no form for: ask over another",
                status: 400, model: record.model?.name)
        }
        guard var error = ServedError(record), !isBlockInOwnWords(record) else { return nil }
        keepWords(&error, record.stoppedBy == nil ? record.attempts.last?.report : nil)
        return error
    }

    /// A prompt that the provider blocked in a successful answer of the caller's dialect, as Gemini does: the caller reads the reason there.
    private func isBlockInOwnWords(_ record: CallRecord) -> Bool {
        guard record.outcome == .contentFilter, record.stoppedBy == nil, let last = record.attempts.last?.report,
            last.outcome == record.outcome, let status = last.status
        else { return false }
        return (200..<300).contains(status)
            && dirgen.configuration.speaks(flavour.dialect, last.model.provider)
    }

    private func keepWords(_ error: inout ServedError, _ report: AttemptReport?) {
        guard let report, dirgen.configuration.speaks(flavour.dialect, report.model.provider) else { return }
        error.keepWords(of: report)
    }

    /// The longest that a caller is kept waiting for a limit to reset: its own SDK waits better, and knows how long it wants to.
    private static let longestWait = Duration.seconds(5)

    /// The refusal of a request that would have to wait too long, as the failure that it would wait after; a caller who names a deadline
    /// is kept waiting up to that.
    private func tooLong(_ event: AnswerEvent, after failure: AttemptReport?, _ request: AskRequest) -> ServedError? {
        guard case .waiting(let wait) = event, wait.cause == .turn, let expected = wait.expected else { return nil }
        let total = request.policy.limits.total
        guard expected > (total == dirgen.configuration.limits.total ? Self.longestWait : total) else { return nil }
        guard let failure else {
            return ServedError(.rateLimited, message: "\(wait)", model: wait.model.name, retryAfter: expected)
        }
        var error = ServedError(
            failure, message: failure.failure?.message, model: wait.model.name, retryAfter: expected)
        keepWords(&error, failure)
        return error
    }

    private func streamFields(_ facts: AnswerFacts) -> HTTPFields {
        var fields = facts.fields
        fields[.contentType] = route.asArray ? "application/json" : "text/event-stream"
        fields[.cacheControl] = "no-cache"
        // Proxies in between must not collect a stream.
        fields.add(.accelBuffering, "no")
        return fields
    }

    private func head(_ request: AskRequest, _ client: ClientRequest, _ model: ModelID) -> AnswerHead {
        let prefix =
            switch flavour.dialect {
            case .openai: "chatcmpl-"
            case .openaiResponses: "resp_"
            case .anthropic: "msg_"
            case .gemini: ""
            }
        // Only Anthropic's streams tell the prompt's tokens before the answer.
        let tells = flavour.dialect == .anthropic
        return AnswerHead(
            id: prefix + request.id.rawValue, model: model.name,
            createdAt: TimeSource.live.wallMicroseconds() / 1_000_000, requestID: request.id.rawValue,
            input: TokenUsage(promptTokens: tells ? client.request.estimatedInputTokens : nil),
            parameters: client.request.parameters)
    }
}

extension CallRecord {
    /// Money was paid for it, as far as is known.
    fileprivate var isPaid: Bool { cost != .zero || answer != Answer() }
}
