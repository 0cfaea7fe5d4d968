import BenchCore
import LLMCore
import Testing

@testable import DirGenAPI

@Suite("Codes of errors", .timeLimit(.minutes(1)))
struct ErrorCodeTests {
    private static let plain: [ErrorCode] = [
        .invalidInput, .configuration, .dataset, .noProvider, .unknownModel, .unpriced, .unknownRun, .ambiguousRun,
        .unknownTable, .unknownCall, .unknownProvider, .unknownKey, .unknownDataset, .runsNotOffered, .costNotAllowed,
        .runUnderWay, .runEnded,
        .providerUnusable, .budgetExhausted, .report, .cancelled,
    ]
    private static let all =
        plain + AttemptClass.allCases.map(ErrorCode.noAnswer) + StoreError.Code.allCases.map(ErrorCode.store)
        + LocalModelError.Reason.allCases.map(ErrorCode.localModel) + AccessRefusal.Code.allCases.map(ErrorCode.access)
        + VirtualKeyError.Reason.allCases.map(ErrorCode.virtualKey)

    @Test("each has a word of its own, which is read back", arguments: all)
    func words(code: ErrorCode) throws {
        #expect(ErrorCode(word: code.word) == code)
        #expect(Self.all.count { $0.word == code.word } == 1, "\(code.word)")
        #expect(code.word.allSatisfy { $0.isLowercase || $0 == "_" || $0 == "." || $0.isNumber }, "\(code.word)")
        let document = ErrorDocument(code: code, message: "m")
        #expect(try ErrorDocument(json: document.json()) == document)
    }

    @Test(
        "a word of a later version is an error and no crash", arguments: ["", ".", "store.", "no_answer.new", "x.y.z"])
    func unknown(word: String) { #expect(ErrorCode(word: word) == nil) }

    @Test(
        "an error ends a process as whose doing it was",
        arguments: [
            (.invalidInput, .usage), (.store(.locked), .usage), (.budgetExhausted, .budget), (.cancelled, .interrupted),
            (.noAnswer(.contextOverflow), .usage), (.noAnswer(.rateLimited), .providerUnusable),
            (.noAnswer(.cancelled), .providerUnusable), (.localModel(.modelNotFound), .usage),
            (.localModel(.unreachable), .providerUnusable), (.localModel(.cancelled), .interrupted),
            (.providerUnusable, .providerUnusable), (.access(.insufficientQuota), .budget),
            (.access(.rateLimited), .providerUnusable), (.access(.keyRevoked), .usage),
            (.virtualKey(.nameTaken), .usage),
        ] as [(ErrorCode, ErrorCode.Exit)])
    func exits(code: ErrorCode, exit: ErrorCode.Exit) { #expect(code.exit == exit) }

    @Test(
        "an error has the status that clients act on",
        arguments: [
            (.access(.keyMissing), 401), (.access(.keyRevoked), 401), (.access(.adminNeeded), 403),
            (.access(.modelNotAllowed), 403), (.access(.rateLimited), 429), (.access(.insufficientQuota), 429),
            (.access(.costUnknown), 400), (.access(.unavailable), 503), (.virtualKey(.nameTaken), 409),
            (.virtualKey(.unknown), 404), (.unknownTable, 404), (.unknownModel, 404), (.unknownProvider, 404),
            (.store(.ambiguousCall), 409), (.store(.locked), 503), (.store(.corrupt), 500), (.runUnderWay, 409),
            (.runsNotOffered, 403), (.noAnswer(.lengthTruncated), 400), (.noAnswer(.serverError), 502),
        ] as [(ErrorCode, Int)])
    func statuses(code: ErrorCode, status: Int) { #expect(code.httpStatus == status) }

    @Test("errors of libraries keep their facts")
    func facts() {
        let spent = BudgetExhausted(limit: USD(pico: 7), spent: .zero, needed: USD(pico: 9)).errorDocument
        #expect(spent.code == .budgetExhausted && spent.message.contains("0.000000000009"))
        let locked = StoreError(.locked, location: "/d", "the database /d is locked", advice: "wait").errorDocument
        #expect(locked.code == .store(.locked) && locked.advice == "wait")
        #expect(StoreError(.unknownRun, location: "/d", "no run").errorCode == .unknownRun)
        let short = AccessRefusal(.insufficientQuota, "the budget of 1 USD").errorDocument
        #expect(short.code.word == "access.insufficient_quota" && short.message == "the budget of 1 USD")
        #expect(VirtualKeyError(.unknown, "none").errorCode.word == "virtual_key.unknown")
        #expect(AmbiguousRun(text: "01", matches: []).errorCode == .ambiguousRun)
    }
}
