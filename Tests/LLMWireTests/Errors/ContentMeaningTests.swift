import LLMCore
import Testing

@testable import LLMWire

@Suite("Content that a filter stopped", .timeLimit(.minutes(1)))
struct ContentMeaningTests {
    static let sentences: [String] = {
        let subjects = ["The request", "Your prompt", "This input", "The generated answer"]
        let ends = [
            "may contain inappropriate content.", "was blocked by our safety systems.", "holds harmful material",
            "violates our usage policies", "was rejected by the moderation", "was stopped by a content filter",
            "triggered the content policy filter", "has been refused: unsafe content",
        ]
        return subjects.flatMap { subject in ends.map { "\(subject) \($0)" } }
    }()

    @Test(
        "is recognised whatever the status and the form of the body", arguments: [400, 403, 422], ErrorShape.allCases)
    func generated(status: Int, shape: ErrorShape) {
        for sentence in Self.sentences {
            #expect(shape.classify(sentence, status: status).outcome == .contentFilter, "\(sentence)")
        }
    }

    @Test(
        "is recognised by its code",
        arguments: ["data_inspection_failed", "safety_violation", "ContentFiltered", "moderation_blocked"])
    func codes(code: String) {
        #expect(Samples.classify(400, #"{"error":{"message":"no","code":"\#(code)"}}"#).outcome == .contentFilter)
    }

    @Test("Zhipu's filter is told in a member of its own")
    func member() {
        let body = #"{"error":{"code":"1301","message":"no"},"contentFilter":[{"level":1,"role":"user"}]}"#
        #expect(Samples.classify(400, body, .openai, .generic).outcome == .contentFilter)
        let chinese = #"{"error":{"code":"1301","message":"系统检测到输入或生成内容可能包含不安全或敏感内容"}}"#
        #expect(Samples.classify(400, chinese, .openai, .generic).outcome == .contentFilter)
    }

    @Test(
        "is not what settings, types and accounts are about",
        arguments: [
            (400, "Invalid value for safety_settings", AttemptClass.badRequest),
            (400, "The content type is not supported", .badRequest), (400, "content: field required", .badRequest),
            (403, "The account was blocked by our safety systems", .account),
            (400, "Failed to read safety_identifier", .badRequest), (500, "harmful content check failed", .serverError),
        ])
    func others(status: Int, message: String, outcome: AttemptClass) {
        #expect(ErrorShape.openai.classify(message, status: status).outcome == outcome)
    }
}
