import Foundation
import LLMCore
import Testing

@testable import LLMService

@Suite("Parts of an answer that a cache keeps", .timeLimit(.minutes(1)))
struct KeptPartsTests {
    @Test("sound and log probabilities come back as they were told")
    func kept() throws {
        let told = TokenLogprob(
            chosen: .init(token: "Hi", logprob: -0.25, bytes: [72, 105]), top: [.init(token: "X", logprob: -2)])
        let sound = FilePart(source: .base64("AAEC"), mediaType: "audio/l16")
        let events: [AnswerEvent] = [.text("H"), .logprobs([told]), .text("i"), .logprobs([told]), .file(sound)]
        let answer = Answer(events: events)
        #expect(answer.logprobs == [told, told] && answer.files == [sound] && answer.text == "Hi")
        let kept = try JSONDecoder().decode(Answer.self, from: JSONEncoder().encode(answer))
        #expect(kept == answer)
        #expect(Answer(events: kept.events) == answer)
        guard case .logprobs(let tokens)? = kept.events.last else {
            Issue.record("the log probabilities are not told again")
            return
        }
        #expect(tokens == [told, told])
    }

    @Test("an answer without them is written as it was before there were any")
    func plain() throws {
        let written = String(decoding: try JSONEncoder().encode(Answer(text: "a")), as: UTF8.self)
        #expect(!written.contains("logprobs") && !written.contains("parts"))
    }
}
