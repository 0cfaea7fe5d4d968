import LLMCore
import LLMService
import Logging
import Synchronization
import TestSupport
import Testing

@Suite("Calls recorded in batches", .timeLimit(.minutes(1)))
struct BatchedRecorderTests {
    /// A recorder that keeps batches, or fails on demand.
    private final class Books: CallRecorder {
        struct Failure: Error {}
        private let state = Mutex((batches: [CallBatch](), failures: 0))
        var batches: [CallBatch] { state.withLock(\.batches) }
        func fail(times: Int) { state.withLock { $0.failures = times } }

        func reserve(_ intent: AttemptIntent) async throws { Issue.record("reserved by itself") }
        func record(_ call: CallRecord) async throws { Issue.record("recorded by itself") }
        func keep(_ batch: CallBatch) async throws {
            try state.withLock { state in
                guard state.failures == 0 else {
                    state.failures -= 1
                    throw Failure()
                }
                state.batches.append(batch)
            }
        }
    }

    private let books = Books()

    private func recorder(capacity: Int = 4_096) -> BatchedRecorder {
        BatchedRecorder(books, window: .milliseconds(1), capacity: capacity, logger: Logger(label: "test"))
    }

    private func intent(_ id: String, number: Int = 1) -> AttemptIntent {
        BenchFixtures.intent(CallID(rawValue: id), number: number, origin: .live)
    }
    private func call(_ id: String) -> CallRecord {
        BenchFixtures.call(
            CallID(rawValue: id), arm: BenchFixtures.arm(), task: .general, startedAt: 1, origin: .live)
    }

    @Test("a call that ends within a moment is written once, without its reservation")
    func quick() async throws {
        let recorder = recorder()
        try await recorder.reserve(intent("a"))
        try await recorder.record(call("a"))
        try await recorder.flush()
        let batch = try #require(books.batches.first)
        #expect(batch.intents.isEmpty && batch.reserved.isEmpty)
        #expect(batch.unreserved.map(\.id.rawValue) == ["a"])
        try await recorder.flush()
        #expect(books.batches.count == 1)
    }

    @Test("of a call that takes longer the reservation is written, and its end frees what was reserved")
    func slow() async throws {
        let recorder = recorder()
        try await recorder.reserve(intent("a"))
        try await recorder.flush()
        try await recorder.reserve(intent("a", number: 2))
        try await recorder.record(call("a"))
        try await recorder.flush()
        #expect(books.batches.map(\.intents.count) == [1, 0])
        #expect(books.batches.map(\.reserved.count) == [0, 1])
        #expect(books.batches.map(\.unreserved.count) == [0, 0])
    }

    @Test("what could not be written is written with the next batch, and nothing twice")
    func failure() async throws {
        let recorder = recorder()
        try await recorder.reserve(intent("open"))
        try await recorder.reserve(intent("ended"))
        try await recorder.record(call("ended"))
        books.fail(times: 1)
        await #expect(throws: Books.Failure.self) { try await recorder.flush() }
        try await recorder.record(call("open"))
        try await recorder.flush()
        let ended = books.batches.flatMap { $0.unreserved + $0.reserved }.map(\.id.rawValue)
        #expect(ended.sorted() == ["ended", "open"])
    }

    @Test("a full recorder waits for the store, and tells its failure")
    func backpressure() async throws {
        let recorder = recorder(capacity: 2)
        try await recorder.record(call("a"))
        #expect(books.batches.isEmpty)
        books.fail(times: 1)
        await #expect(throws: Books.Failure.self) { try await recorder.record(call("b")) }
        try await recorder.record(call("c"))
        #expect(books.batches.map(\.unreserved.count) == [3])
    }

    @Test("while it runs, what comes is written by itself, also after a failure")
    func running() async throws {
        let (recorder, books) = (recorder(), books)
        books.fail(times: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            for number in 0..<100 { try await recorder.record(call("\(number)")) }
            try await until { books.batches.reduce(0) { $0 + $1.unreserved.count } == 100 }
            group.cancelAll()
        }
    }

    @Test("64 writers at once lose nothing")
    func concurrent() async throws {
        let recorder = recorder(capacity: 16)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                let (intent, call) = (intent("\(number)"), call("\(number)"))
                group.addTask {
                    try await recorder.reserve(intent)
                    if number.isMultiple(of: 3) { try await recorder.flush() }
                    try await recorder.record(call)
                }
            }
            try await group.waitForAll()
        }
        try await recorder.flush()
        let ids = books.batches.flatMap { $0.unreserved + $0.reserved }.map(\.id.rawValue)
        #expect(ids.count == 64 && Set(ids).count == 64)
    }
}
