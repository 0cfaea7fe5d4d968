import LLMCore
import LLMWire

/// The body of an answer that is not streamed, in the caller's dialect: the provider's own where it speaks that, else written anew.
struct UnaryRelay: Sendable {
    private let dialect: WireDialect
    private var original: [UInt8]?
    private(set) var model: ModelID?

    init(_ dialect: WireDialect) { self.dialect = dialect }

    mutating func take(_ event: AnswerEvent) {
        switch event {
        case .attempting(let model, _):
            self.model = model
            original = nil
        case .raw(dialect, let bytes): original = bytes
        default: break
        }
    }

    func body(_ record: CallRecord, _ client: ClientRequest, _ flavour: ServerFlavour, head: AnswerHead) -> [UInt8] {
        if let original { return original }
        let answer = record.answer
        let signature = answer.parts.lazy.compactMap { part in
            if case .thinking(_, let signature?) = part { signature } else { nil as String? }
        }.first
        let shown = client.showThinking && !answer.thinking.isEmpty
        let seal = (record.model ?? model).flatMap {
            ReasoningSeal.marked(signature, by: $0.provider, for: flavour.dialect)
        }
        return AnswerEncoder.encode(
            ServedAnswer(
                head: head, thinking: shown ? answer.thinking : nil, thinkingSignature: shown ? seal : nil,
                text: answer.text, refusal: answer.refusal, images: answer.images,
                files: answer.files, logprobs: answer.logprobs, toolCalls: answer.toolCalls,
                end: AnswerEnd(record, for: client, in: flavour.dialect)),
            flavour: flavour)
    }
}
