import LLMCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct NameWordsTests {
    @Test(
        "a name is taken apart at marks and capitals",
        arguments: [
            ("requests_per_day", ["requests", "per", "day"]),
            ("free-models-per-day", ["free", "models", "per", "day"]),
            ("GenerateRequestsPerDay", ["generate", "requests", "per", "day"]), ("HTTPError", ["http", "error"]),
            ("candidatesTokenCount", ["candidates", "token", "count"]), ("MAX_TOKENS", ["max", "tokens"]),
            ("FinishReason.maxTokens", ["finish", "reason", "max", "tokens"]), ("cache_1h", ["cache", "1h"]),
            ("step2Error", ["step2", "error"]), ("ÜberLimit", ["über", "limit"]), ("__x__", ["x"]), ("", []),
            ("OpenAI", ["open", "ai"]), ("TPM", ["tpm"]),
        ])
    func split(_ name: String, _ words: [String]) {
        #expect(NameWords.split(name) == words)
    }
}
