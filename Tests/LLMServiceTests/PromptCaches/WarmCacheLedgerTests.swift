import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("The ledger of warm prompt caches", .timeLimit(.minutes(1)))
struct WarmCacheLedgerTests {
    private let start = ContinuousClock.now
    private let openai = WarmCacheLedger.Place(model: .gpt5, account: "a")
    private let automatic = PromptCacheRules(minimumTokens: 1_024, block: 128, ttl: .seconds(300))
    private let onRequest = PromptCacheRules(minimumTokens: 1_024, ttl: .seconds(300), isOnRequest: true)

    private func prompt(_ chat: ChatRequest, tenant: String? = nil) throws -> PromptBeginnings {
        try #require(PromptBeginnings(of: chat, tenant: tenant))
    }

    private func cached(_ tokens: Int, of prompt: Int? = nil) -> CachedPrompt {
        CachedPrompt(promptTokens: prompt ?? tokens, cachedTokens: tokens, isEstimate: true, ttl: .seconds(300))
    }

    @Test("the next turn finds the whole prompt before it warm, until its time is over, and each use starts that anew")
    func expiry() throws {
        var ledger = WarmCacheLedger()
        ledger.record(
            cached(10_240), of: try prompt(conversation(turns: 3)), at: openai, key: nil, rules: automatic, now: start)
        let next = try prompt(conversation(turns: 4))
        let warm = try #require(ledger.warm(next, now: start + .seconds(299)).first)
        #expect(warm.place == openai && warm.tokens == 10_240)
        #expect(warm.bytes == (try prompt(conversation(turns: 3))).bytes)
        #expect(ledger.warm(next, now: start + .seconds(300)).isEmpty)
        ledger.record(cached(10_880), of: next, at: openai, key: nil, rules: automatic, now: start + .seconds(299))
        #expect(ledger.warm(next, now: start + .seconds(598)).first?.tokens == 10_880)
    }

    @Test("two conversations share their system prompt's cache, and no more of it")
    func shared() throws {
        var ledger = WarmCacheLedger()
        let first = try prompt(conversation(turns: 5, topic: "queues"))
        ledger.record(cached(12_800), of: first, at: openai, key: nil, rules: automatic, now: start)
        let other = try prompt(conversation(turns: 5, topic: "stacks"))
        let warm = try #require(ledger.warm(other, now: start).first)
        #expect(warm.bytes == first.beginnings[0].bytes, "up to the end of the system prompt")
        #expect(warm.isEstimate && warm.tokens < 12_800 && warm.tokens.isMultiple(of: 128))
        let expected = Double(first.beginnings[0].bytes) / Double(first.bytes) * 12_800
        #expect(abs(Double(warm.tokens) - expected) <= 128)
    }

    @Test("another tenant, another system prompt and other tools find nothing")
    func strangers() throws {
        var ledger = WarmCacheLedger()
        ledger.record(
            cached(10_240), of: try prompt(conversation(turns: 2), tenant: "a"), at: openai, key: nil, rules: automatic,
            now: start)
        var tools = conversation(turns: 2)
        tools.tools = [ToolDefinition(name: "f", parameters: [:])]
        #expect(ledger.warm(try prompt(conversation(turns: 2), tenant: "b"), now: start).isEmpty)
        #expect(ledger.warm(try prompt(tools, tenant: "a"), now: start).isEmpty)
        var edited = conversation(turns: 2)
        edited.messages[0] = .system("Now. " + edited.messages[0].text)
        #expect(ledger.warm(try prompt(edited, tenant: "a"), now: start).isEmpty)
        #expect(ledger.warm(try prompt(conversation(turns: 2), tenant: "a"), now: start).count == 1)
    }

    @Test("each account has a cache of its own, and the longest beginning comes first")
    func accounts() throws {
        var ledger = WarmCacheLedger()
        let other = WarmCacheLedger.Place(model: .gpt5, account: "b")
        ledger.record(
            cached(10_240), of: try prompt(conversation(turns: 2)), at: openai, key: nil, rules: automatic, now: start)
        ledger.record(
            cached(10_496), of: try prompt(conversation(turns: 3)), at: other, key: nil, rules: automatic, now: start)
        let warm = ledger.warm(try prompt(conversation(turns: 4)), now: start)
        #expect(warm.map(\.place) == [other, openai])
        #expect(warm.map(\.tokens) == [10_496, 10_240])
    }

    @Test("a cache that must be asked keeps what was marked, for as long as was asked")
    func cachePoints() throws {
        var ledger = WarmCacheLedger()
        var chat = conversation(turns: 2, point: .minutes)
        chat.messages[0].cachePoints = [CachePoint(part: 0, ttl: .hour)]
        let first = try prompt(chat)
        let place = WarmCacheLedger.Place(model: .sonnet, account: "a")
        let written = CachedPrompt(promptTokens: 10_500, cachedTokens: 10_500, isEstimate: false, ttl: .seconds(300))
        ledger.record(written, of: first, at: place, key: nil, rules: onRequest, now: start)
        let next = try prompt(conversation(turns: 3, point: .minutes))
        let warm = try #require(ledger.warm(next, now: start).first)
        #expect(warm.tokens == 10_500 && !warm.isEstimate && warm.bytes == first.bytes)
        let later = try #require(ledger.warm(next, now: start + .seconds(1_000)).first)
        #expect(later.bytes == first.beginnings[0].bytes, "the system prompt was asked for an hour")
        #expect(ledger.warm(next, now: start + .seconds(3_600)).isEmpty)

        var unmarked = WarmCacheLedger()
        unmarked.record(
            written, of: try prompt(conversation(turns: 2)), at: place, key: nil, rules: onRequest, now: start)
        #expect(unmarked.count == 0)
    }

    @Test("short prompts are not even digested, unless they ask for a cache")
    func short() {
        let text = { (bytes: Int) in Message.user(String(repeating: "x", count: bytes)) }
        #expect(PromptBeginnings(of: ChatRequest(messages: [text(4_095)]), tenant: nil) == nil)
        #expect(PromptBeginnings(of: ChatRequest(messages: [text(4_096)]), tenant: nil) != nil)
        var asking = text(2_048)
        asking.cachePoints = [CachePoint(part: 0)]
        #expect(PromptBeginnings(of: ChatRequest(messages: [asking]), tenant: nil)?.askedBytes == 2_048)
    }

    @Test(
        "a long conversation keeps its front, its end and its cache points; the ledger forgets what is unused longest")
    func bounds() throws {
        var chat = conversation(turns: 200)
        chat.messages[101].cachePoints = [CachePoint(part: 0)]
        let prompt = try prompt(chat)
        #expect(prompt.beginnings.count == 8 + 1 + 16)
        #expect(prompt.turns == 200 && prompt.beginnings.last?.bytes == prompt.bytes)
        #expect(prompt.beginnings.map(\.bytes) == prompt.beginnings.map(\.bytes).sorted())
        var ledger = WarmCacheLedger(capacity: 10)
        for topic in ["a", "b", "c"] {
            let prompt = try self.prompt(conversation(turns: 3, topic: topic))
            ledger.record(cached(10_240), of: prompt, at: openai, key: nil, rules: automatic, now: start)
        }
        #expect(ledger.count == 10)
        #expect(ledger.warm(try self.prompt(conversation(turns: 4, topic: "c")), now: start).first?.tokens == 10_240)
        let oldest = ledger.warm(try self.prompt(conversation(turns: 4, topic: "a")), now: start).first
        #expect((oldest?.tokens ?? 0) < 10_240)
    }

    @Test("cache points move from turn to turn and change no digest")
    func movingPoints() throws {
        let marked = try prompt(conversation(turns: 2, point: .minutes))
        let plain = try prompt(conversation(turns: 2))
        #expect(marked.beginnings.map(\.digest) == plain.beginnings.map(\.digest))
    }
}
