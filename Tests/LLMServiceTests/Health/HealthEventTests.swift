import LLMCore
import Testing

@testable import LLMService

@Suite("What is said of a change of health", .timeLimit(.minutes(2)))
struct HealthEventTests {
    private static let model = ModelID(provider: "groq", name: "a")
    private static let key = KeyFingerprint(rawValue: "k1")

    @Test(
        "a clause for people names who, why and until when",
        arguments: [
            (
                .provider("groq"), .breakerOpened(until: 4_000_000, because: .serverError),
                "the breaker of provider groq opened after server_error: tried again in 4 s"
            ),
            (.model(model), .breakerProbing, "the breaker of model groq/a is half open: this call is the probe"),
            (.key("groq", key), .breakerClosed, "the breaker of key k1 of groq closed"),
            (
                .limits(model, key), .limited(until: 60_000_000, window: .minute, named: true),
                "groq/a with key k1 is limited for the minute: free in 1 min"
            ),
            (
                .limits(model, nil), .limited(until: 9_000_000, window: .unknown, named: false),
                "groq/a is limited: free in 9 s"
            ),
            (
                .key("groq", key), .keyRetired(because: .auth, recheckAt: 7_200_000_000),
                "key k1 of groq is retired after auth: tried again in 2 h"
            ),
            (
                .lock, .lockEngaged(releasesAt: 20_000_000, reason: "every configured cloud is limited: groq"),
                "the safety lock engaged, as every configured cloud is limited: groq: released in 20 s"
            ),
        ] as [(HealthKey.Subject, HealthEvent.Change, String)])
    func words(subject: HealthKey.Subject, change: HealthEvent.Change, expected: String) {
        let event = HealthEvent(key: HealthKey(subject, endpoint: "e", simulated: false), change: change)
        #expect(event.description(now: 0) == expected)
    }
}
