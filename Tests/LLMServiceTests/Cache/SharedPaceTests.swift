import LLMCore
import LLMService
import Synchronization
import TestSupport
import Testing

/// An upstream of pieces that counts how many were pulled from it.
private final class CountedUpstream: Sendable {
    static let piece = String(repeating: "a", count: 16 << 10)
    let pulled = Mutex(0)
    let pieces: Int
    let piece: String

    init(pieces: Int, of piece: String = piece) {
        self.pieces = pieces
        self.piece = piece
    }

    var count: Int { pulled.withLock(\.self) }

    func ask(_ context: AskContext) -> AnswerStream {
        AnswerStream { [self] in
            let done = Mutex(false)
            return { [self] in
                let number = pulled.withLock { pulled in
                    pulled += 1
                    return pulled
                }
                if number <= pieces { return .text(piece) }
                let isOver = done.withLock { done in
                    defer { done = true }
                    return done
                }
                return isOver ? nil : .ended(CacheFixtures.call(context.request, Answer(text: "fresh")))
            }
        }
    }

    func asker(_ background: BackgroundWork) -> CachedAsker {
        let time = ManualClock().source
        return CachedAsker(
            cache: AnswerCache(
                policy: .init(), storage: InMemoryCacheStorage(), time: time, logger: ServiceHarness.quietLogger),
            background: background, recorder: InMemoryCallRecorder(), time: time, logger: ServiceHarness.quietLogger,
            resolve: { CacheHarness.resolved($0.request) }, upstream: { self.ask($0) })
    }
}

@Suite("The pace of a call that callers share", .timeLimit(.minutes(2)))
struct SharedPaceTests {
    /// More than may wait.
    private static let pieces = 200
    /// As much as may wait, and a piece.
    private static let most = (256 << 10) / CountedUpstream.piece.utf8.count + 1

    @Test("a caller who reads nothing holds the call up, and gets all of it once it reads")
    func alone() async throws {
        try await withBackground { background in
            let upstream = CountedUpstream(pieces: Self.pieces)
            var caller = upstream.asker(background).ask(CacheHarness.request("slow")).makeAsyncIterator()
            _ = try await caller.next()
            try await until { upstream.count >= Self.most }
            for _ in 0..<1_000 { await Task.yield() }
            // What the first read took, and what waits behind it.
            #expect(upstream.count <= 2 * Self.most + 1)
            var count = 1
            while case .text? = try await caller.next() { count += 1 }
            #expect(count == Self.pieces)
        }
    }

    @Test("a slow caller does not hold up another, who has the whole answer before it")
    func two() async throws {
        try await withBackground { background in
            let upstream = CountedUpstream(pieces: Self.pieces)
            let asker = upstream.asker(background)
            var slow = asker.ask(CacheHarness.request("slow")).makeAsyncIterator()
            _ = try await slow.next()
            var count = 0
            for try await event in asker.ask(CacheHarness.request("quick")) {
                if case .text = event { count += 1 }
            }
            #expect(count == Self.pieces)
            count = 1
            while case .text? = try await slow.next() { count += 1 }
            #expect(count == Self.pieces)
        }
    }

    @Test("a caller who leaves does not hold up those who stay, and the last one ends the call")
    func leaving() async throws {
        try await withBackground { background in
            let upstream = CountedUpstream(pieces: Self.pieces)
            let asker = upstream.asker(background)
            var quick: AnswerStream.AsyncIterator? = asker.ask(CacheHarness.request("quick")).makeAsyncIterator()
            for _ in 0..<50 { _ = try await quick?.next() }
            var slow: AnswerStream.AsyncIterator? = asker.ask(CacheHarness.request("slow")).makeAsyncIterator()
            _ = try await slow?.next()
            quick = nil
            for _ in 1..<Self.pieces { _ = try await slow?.next() }
            #expect(upstream.count >= Self.pieces)
            var last: AnswerStream.AsyncIterator? = asker.ask(CacheHarness.request("last")).makeAsyncIterator()
            _ = try await last?.next()
            slow = nil
            last = nil
            try await until { asker.callsUnderWay == 0 }
        }
    }

    @Test("an answer too long to be kept is broken off")
    func tooLong() async throws {
        try await withBackground { background in
            let upstream = CountedUpstream(pieces: 100, of: String(repeating: "a", count: 1 << 20))
            var count = 0
            await #expect(throws: CancellationError.self) {
                for try await event in upstream.asker(background).ask(CacheHarness.request("long")) {
                    if case .text = event { count += 1 }
                }
            }
            #expect(count <= 65 && upstream.count <= 66)
        }
    }
}
