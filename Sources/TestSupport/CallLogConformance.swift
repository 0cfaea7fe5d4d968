package import LLMCore

/// The contract of call logs.
package enum CallLogConformance {
    package typealias Store = any CallLog & CallRecorder
    typealias Check = ConformanceCheck<Store>

    package static let checks: [ConformanceCheck<Store>] = [
        Check("an empty log holds no call") { store in
            try require(try await store.call(matching: "latest") == nil, "there is a latest call")
            try require(try await store.liveCalls(after: nil, limit: 5).isEmpty, "there are calls")
        },
        Check("a call comes back with its facts, its decision and its attempts") { store in
            let record = call("a", outcome: .rateLimited, attempts: 2)
            try await store.record(record)
            let found = try await required("a", in: store)
            try require(found.isClosed && found.origin == .live && !found.simulated, "its frame")
            try requireEqual(found.startedAt, record.startedAt, "its start")
            try requireEqual(found.duration?.milliseconds, 12.345, "its duration")
            try requireEqual(found.task, record.task, "its task")
            try requireEqual(found.requested, record.requested, "the model that was asked for")
            try requireEqual(found.model, record.model, "its model")
            try requireEqual(found.outcome, .rateLimited, "its outcome")
            try requireEqual(found.cost, record.cost, "its cost")
            try requireEqual(found.decision, record.decision, "its decision")
            try requireEqual(found.error, record.error, "its error")
            try requireEqual(found.attempts.map(\.id.rawValue), ["a.1", "a.2"], "its attempts")
            try requireEqual(found.attempts.map(\.outcome), [.overloaded, .rateLimited], "their outcomes")
            try requireEqual(found.attempts.map(\.status), [529, 529], "their statuses")
            try requireEqual(found.attempts.map { $0.sent?.milliseconds }, [0, 10], "when they were sent")
            try requireEqual(found.attempts.last?.firstToken?.milliseconds, 2.2, "their first token")
        },
        Check("a reserved call is open until it is recorded, and costs at most what was reserved") { store in
            for number in 1...2 {
                try await store.reserve(BenchFixtures.intent(CallID(rawValue: "a"), number: number, origin: .live))
            }
            let open = try await required("a", in: store)
            try require(!open.isClosed && open.outcome == nil, "it has ended")
            try requireEqual(open.attempts.map(\.outcome), [nil, nil], "outcomes of reserved attempts")
            var record = call("a", attempts: 2)
            record.attempts[0].cost = CostReading(unknownBecause: "it was cancelled")
            try await store.record(record)
            let closed = try await required("a", in: store)
            try require(closed.isClosed && closed.cost == nil, "an unknown cost is known")
            try requireEqual(closed.costAtMost, USD(pico: 57_812_500_001), "the most it can have cost")
            try requireEqual(closed.attempts.first?.costUnknownBecause, "it was cancelled", "the reason")
        },
        Check("a call keeps its virtual key and its tags, from its reservation on") { store in
            let attribution = CallAttribution(
                key: "ops", tags: try CallTag.list("team=search, urgent, path=a/b:c@d+e f"))
            var intent = BenchFixtures.intent(CallID(rawValue: "a"), origin: .live)
            intent.attribution = attribution
            try await store.reserve(intent)
            try requireEqual(try await required("a", in: store).attribution, attribution, "that of a reserved call")
            var record = call("a")
            record.attribution = attribution
            try await store.record(record)
            try requireEqual(try await required("a", in: store).attribution, attribution, "that of a recorded call")
            try await store.record(call("b"))
            try requireEqual(try await required("b", in: store).attribution, .init(), "that of nobody")
        },
        Check("a call is found by its name, by a beginning that is its own, and as the latest live one") { store in
            for name in ["ab1", "ab2", "ab"] { try await store.record(call(name)) }
            try await store.record(call("bench", origin: .bench))
            try requireEqual(try await required("ab", in: store).id.rawValue, "ab", "an exact name first")
            try requireEqual(try await required("ab2", in: store).id.rawValue, "ab2", "a name")
            try requireEqual(try await required("ben", in: store).id.rawValue, "bench", "a beginning")
            try requireEqual(try await required("latest", in: store).id.rawValue, "ab", "the latest live one")
            try require(try await store.call(matching: "c") == nil, "an unknown name matched")
            do {
                _ = try await store.call(matching: "a")
                throw ConformanceFailure(description: "an ambiguous beginning was answered")
            } catch let error as StoreError {
                try requireEqual(error.code, .ambiguousCall, "the code")
            }
        },
        Check("live calls come in the order they began: the newest ones, or those after a place") { store in
            for number in 0..<5 {
                try await store.record(call("live-\(number)"))
                try await store.record(call("bench-\(number)", origin: .bench))
            }
            let newest = try await store.liveCalls(after: nil, limit: 3)
            try requireEqual(newest.map(\.call.id.rawValue), ["live-2", "live-3", "live-4"], "the newest three")
            let later = try await store.liveCalls(after: newest[0].sequence, limit: 1)
            try requireEqual(later.map(\.call.id.rawValue), ["live-3"], "the first after a place")
            try require(try await store.liveCalls(after: newest[2].sequence, limit: 9).isEmpty, "more after the last")
            try await store.reserve(BenchFixtures.intent(CallID(rawValue: "open"), origin: .live))
            let open = try await store.liveCalls(after: newest[2].sequence, limit: 9)
            try requireEqual(open.map(\.call.isClosed), [false], "a call under way")
        },
        Check("a call that is recorded twice is kept as it was first") { store in
            try await store.record(call("a"))
            try await store.record(call("a", outcome: .serverError))
            try requireEqual(try await required("a", in: store).outcome, .ok, "its outcome")
        },
    ]

    private static func call(
        _ id: String, outcome: AttemptClass = .ok, attempts: Int = 1, origin: CallOrigin = .live
    ) -> CallRecord {
        BenchFixtures.call(
            CallID(rawValue: id), arm: BenchFixtures.arm(), task: .general, startedAt: BenchFixtures.start,
            outcome: outcome, attempts: attempts, origin: origin)
    }

    private static func required(_ text: String, in store: Store) async throws -> LoggedCall {
        guard let call = try await store.call(matching: text) else {
            throw ConformanceFailure(description: "\(text) was not found")
        }
        return call
    }
}
