import LLMCore
import LLMWire
import Testing

@Suite("Lists and limits our servers write", .timeLimit(.minutes(2)))
struct ListAndLimitTests {
    private static let models = (1...5).map {
        ServedModel(
            id: "model-\($0)", displayName: "Model \($0)", createdAt: 1_700_000_000, ownedBy: "us",
            contextWindow: 1_000 * $0, maxOutput: 100 * $0)
    }

    @Test("a list of models decodes to the same models", arguments: FlavourCase.all)
    func lists(test: FlavourCase) throws {
        let list = ModelListWriter.list(Self.models, flavour: test.flavour)
        let page = try ModelListDecoder.decode(list.bytes, dialect: test.flavour.dialect)
        #expect(page.models.map(\.id) == Self.models.map(\.id))
        #expect(page.next == nil)
    }

    @Test(
        "Anthropic and Gemini page, and a client that follows sees each model once",
        arguments: [
            FlavourCase.all[2], FlavourCase.all[3],
        ])
    func pages(test: FlavourCase) throws {
        var seen: [String] = []
        var after: String?
        repeat {
            let list = ModelListWriter.list(Self.models, flavour: test.flavour, page: .init(size: 2, after: after))
            let page = try ModelListDecoder.decode(list.bytes, dialect: test.flavour.dialect)
            seen += page.models.map(\.id)
            after = page.next
        } while after != nil
        #expect(seen == Self.models.map(\.id))
    }

    @Test("limits come back from headers as they went in", arguments: FlavourCase.all)
    func limits(test: FlavourCase) {
        guard test.flavour.limitHeaders != .none else { return }
        let buckets: [RateLimitReading.Bucket] = [
            .init(
                resource: .requests, window: test.quirks.requestLimitWindow, limit: 50, remaining: 49,
                resetAfter: .seconds(372)),
            .init(
                resource: .tokens, window: test.quirks.tokenLimitWindow, limit: 9_000, remaining: 8_000,
                resetAfter: .seconds(2)),
        ]
        let headers = RateLimitWriter.headers(buckets, flavour: test.flavour, now: 1_700_000_000)
        let reading = RateLimitReader.read(
            headers: headers.map { ($0.name, $0.value) }, quirks: test.quirks, failed: false,
            receivedAt: 1_700_000_000_000_000)
        var expected = buckets
        if test.flavour.limitHeaders == .ratelimit(resets: false) {
            for index in expected.indices { expected[index].resetAfter = nil }
        }
        #expect(Set(reading?.buckets ?? []) == Set(expected))
    }

    @Test(
        "durations are written as Go writes them",
        arguments: [
            (Duration.zero, "0s"), (.milliseconds(2), "2ms"), (.milliseconds(1_200), "1.2s"), (.seconds(360), "6m0s"),
            (.milliseconds(345_600), "5m45.6s"), (.milliseconds(3_723_400), "1h2m3.4s"), (.seconds(60), "1m0s"),
        ])
    func durations(duration: Duration, text: String) {
        #expect(GoDuration.text(duration) == text)
    }
}
