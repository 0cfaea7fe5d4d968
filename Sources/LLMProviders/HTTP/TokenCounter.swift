import LLMCore
import LLMWire
import Synchronization

/// The counter of an engine's tokens: its tokenizer endpoint, found by one free probe and remembered.
///
/// The probe counts an empty text, which finds out the form, and the tokens that the tokenizer puts around every text (a beginning, an
/// end), of which an answer has none. Answers that end at the same time may each probe.
final class TokenCounter: Sendable {
    /// A request to the engine, and the time it may take.
    typealias Post = @Sendable (WireRequest, Duration) async throws(ProviderCallError) -> FetchedResponse

    private enum Endpoint: Sendable {
        case unknown(failures: Int)
        case none
        case found(TokenizerDialect, added: Int)
    }

    private enum Reply {
        case count(Int)
        /// The endpoint is not there, or is something else.
        case refusal
        case failure
    }

    /// An endpoint that failed so often before it was found counts as none.
    private static let mostFailures = 3

    private let endpoint = Mutex(Endpoint.unknown(failures: 0))

    /// The number of a text's tokens; `nil` where the engine has no tokenizer endpoint, or that does not answer in time.
    func count(_ text: String, model: String, within limit: Duration, post: Post) async -> Int? {
        let end = ContinuousClock.now + limit
        switch endpoint.withLock(\.self) {
        case .none: return nil
        case .found: break
        case .unknown(let failures): await find(model: model, end: end, failures: failures, post)
        }
        guard case .found(let dialect, let added) = endpoint.withLock(\.self),
            case .count(let count) = await TokenCounter.ask(dialect, text, model, end: end, post), count >= added
        else { return nil }
        return count - added
    }

    private func find(model: String, end: ContinuousClock.Instant, failures: Int, _ post: Post) async {
        var found = Endpoint.none
        search: for dialect in TokenizerDialect.allCases {
            switch await TokenCounter.ask(dialect, "", model, end: end, post) {
            case .count(let added):
                found = .found(dialect, added: added)
                break search
            case .refusal: continue
            case .failure:
                if failures + 1 < TokenCounter.mostFailures { found = .unknown(failures: failures + 1) }
                break search
            }
        }
        let result = found
        endpoint.withLock { state in
            if case .unknown = state { state = result }
        }
    }

    private static func ask(
        _ dialect: TokenizerDialect, _ text: String, _ model: String, end: ContinuousClock.Instant, _ post: Post
    ) async -> Reply {
        let left = end - .now
        guard left > .zero else { return .failure }
        do throws(ProviderCallError) {
            let response = try await post(dialect.request(for: text, model: model), left)
            switch response.status {
            case 200: return dialect.count(in: response.body).map(Reply.count) ?? .refusal
            case 408, 429: return .failure
            case 400..<500: return .refusal
            default: return .failure
            }
        } catch {
            return .failure
        }
    }
}
