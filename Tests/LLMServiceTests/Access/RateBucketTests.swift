import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("Limits of a minute", .timeLimit(.minutes(1)))
struct RateBucketTests {
    private let start = ContinuousClock.now

    @Test(
        "after so much was taken, so much is there after so long",
        arguments: [
            // Limit, taken at once, needed, and the wait for it.
            (60, 0, 1, nil), (60, 59, 1, nil), (60, 60, 1, .seconds(1)), (60, 60, 30, .seconds(30)),
            (60, 60, 90, .seconds(60)), (60, 90, 1, .seconds(31)), (1, 1, 1, .seconds(60)),
            (90_000, 90_000, 3, .milliseconds(2)),
        ] as [(Int, Int, Int, Duration?)])
    func waits(limit: Int, taken: Int, need: Int, wait: Duration?) {
        var bucket = RateBucket(perMinute: limit, now: start)
        bucket.take(taken, now: start)
        #expect(bucket.wait(for: need, now: start) == wait)
        guard let wait else { return }
        #expect(bucket.wait(for: need, now: start + wait) == nil, "the wait that is named is enough")
        #expect(bucket.wait(for: need, now: start + wait - .milliseconds(1)) != nil, "and no longer than needed")
    }

    @Test("it holds no more than a minute's worth, and what is put back does not overflow it")
    func full() {
        var bucket = RateBucket(perMinute: 10, now: start)
        bucket.take(10, now: start + .seconds(3_600))
        #expect(bucket.wait(for: 1, now: start + .seconds(3_600)) == .seconds(6))
        bucket.take(-50, now: start + .seconds(3_600))
        #expect(bucket.isFull(now: start + .seconds(3_600)))
        bucket.take(11, now: start + .seconds(3_600))
        #expect(bucket.wait(for: 1, now: start + .seconds(3_600)) == .seconds(12))
    }

    @Test("no window of a minute after the first sees more than the limit and what had gathered", arguments: 0..<5)
    func rate(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var bucket = RateBucket(perMinute: 30, now: start)
        var (now, passed) = (start, 0)
        for _ in 0..<2_000 {
            now += .milliseconds(Int.random(in: 1...500, using: &random))
            guard bucket.wait(for: 1, now: now) == nil else { continue }
            bucket.take(1, now: now)
            passed += 1
        }
        let minutes = start.duration(to: now) / .seconds(60)
        #expect(Double(passed) <= 30 * minutes + 30)
        #expect(Double(passed) >= 30 * minutes - 1)
    }
}
