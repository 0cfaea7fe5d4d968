import Testing

@testable import ProviderSimulator

@Suite("pace of a stream", .timeLimit(.minutes(2)))
struct PacerTests {
    private let origin = ContinuousClock.now

    @Test("a stream that begins late keeps its pace instead of catching up in one burst")
    func lateStart() {
        var pacer = Pacer(origin: origin)
        let now = origin + .milliseconds(300)
        #expect(pacer.due(.milliseconds(25), now: now) == now)
        pacer.began(.milliseconds(25), now: now)
        #expect(pacer.due(.milliseconds(26), now: now) == now + .milliseconds(1))
        #expect(pacer.due(.milliseconds(45), now: now) == now + .milliseconds(20))
    }

    @Test("even the slack of a first piece is not taken from the second")
    func slightlyLateStart() {
        var pacer = Pacer(origin: origin)
        let late = origin + .milliseconds(26)
        #expect(pacer.due(.milliseconds(25), now: late) == origin + .milliseconds(25))
        pacer.began(.milliseconds(25), now: late)
        #expect(pacer.due(.milliseconds(27), now: late) == late + .milliseconds(2))
    }

    @Test("small delays do not add up, a long one puts off all that is left")
    func slack() {
        var pacer = Pacer(origin: origin)
        pacer.began(.zero, now: origin)
        #expect(pacer.due(.milliseconds(10), now: origin + .milliseconds(11)) == origin + .milliseconds(10))
        #expect(pacer.due(.milliseconds(20), now: origin + .milliseconds(12)) == origin + .milliseconds(20))
        let behind = origin + .milliseconds(70)
        #expect(pacer.due(.milliseconds(30), now: behind) == behind)
        #expect(pacer.due(.milliseconds(40), now: behind) == behind + .milliseconds(10))
    }

    @Test("pieces that were kept for others are not late, only what is later still")
    func grain() {
        #expect(Pacer(origin: origin).grain == .zero)
        var pacer = Pacer(origin: origin, timeScale: 0.05)
        pacer.began(.zero, now: origin)
        let kept = origin + .milliseconds(10) + pacer.grain + .milliseconds(1)
        #expect(pacer.due(.milliseconds(10), now: kept) == origin + .milliseconds(10))
        let late = kept + .milliseconds(2)
        #expect(pacer.due(.milliseconds(10), now: late) == late)
    }

    @Test("a stall moves what comes after it, and a plan that is on time stays where it is")
    func hold() {
        var pacer = Pacer(origin: origin)
        #expect(pacer.opening(.milliseconds(5)) == origin + .milliseconds(5))
        pacer.began(.milliseconds(5), now: origin)
        #expect(pacer.due(.milliseconds(6), now: origin) == origin + .milliseconds(6))
        pacer.hold(.milliseconds(100))
        #expect(pacer.due(.milliseconds(7), now: origin) == origin + .milliseconds(107))
    }
}
