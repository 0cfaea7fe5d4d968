import LLMCore
import Testing

@testable import LLMWire

@Suite("A model that is not there", .timeLimit(.minutes(1)))
struct ModelMeaningTests {
    static let sentences: [String] = {
        let models = [
            "The requested model", "The model `m-2`", "Model m-2", "This deployment", "The specified model m-2",
        ]
        let ends = [
            "is not supported.", "has been retired", "was discontinued", "isn't available", "is no longer supported",
            "has been decommissioned", "is not deployed", "is unsupported",
        ]
        return models.flatMap { model in ends.map { "\(model) \($0)" } }
    }()

    @Test(
        "is recognised whatever the status and the form of the body", arguments: [400, 404, 410, 422],
        ErrorShape.allCases)
    func generated(status: Int, shape: ErrorShape) {
        for sentence in Self.sentences {
            #expect(shape.classify(sentence, status: status).outcome == .modelNotFound, "\(sentence)")
        }
    }

    @Test(
        "as routers and clouds of today word it",
        arguments: [
            (404, "No endpoints found for deepseek/deepseek-r1:free."),
            (404, "No endpoints found matching your data policy (Free model publication)."),
            (404, "No allowed providers are available for the selected model."),
            (404, "No endpoints found that support tool use."), (400, "foo/bar is not a valid model ID"),
            (
                400,
                "Invocation of model ID a.claude-v1:0 with on-demand throughput isn\u{2019}t supported. Retry your request with the ID or ARN of an inference profile that contains this model."
            ), (400, "The provided model identifier is invalid."),
        ])
    func wordings(status: Int, message: String) {
        for shape in [ErrorShape.openai, .message, .plain] {
            #expect(shape.classify(message, status: status).outcome == .modelNotFound)
        }
    }

    @Test(
        "is recognised by its code",
        arguments: ["model_not_supported", "ModelNotFound", "DeploymentNotFound", "unknown_model", "UnsupportedModel"])
    func codes(code: String) {
        #expect(Samples.classify(400, #"{"error":{"message":"no","code":"\#(code)"}}"#).outcome == .modelNotFound)
    }

    @Test(
        "is not a part of the request that a model does not take, nor one that is busy",
        arguments: [
            (400, "Parameter 'x' is not supported with this model.", AttemptClass.badRequest),
            (400, "Tool use with this model is not supported.", .badRequest),
            (400, "This model does not support images", .badRequest),
            (400, "The `functions` field of this model is deprecated", .badRequest),
            (400, "Streaming for this model is not supported", .badRequest),
            (404, "No endpoint found for the path /v9/chat", .badRequest),
            (503, "The model is not available at the moment", .overloaded),
            (500, "Model m-2 is not found", .serverError),
        ])
    func others(status: Int, message: String, outcome: AttemptClass) {
        #expect(ErrorShape.openai.classify(message, status: status).outcome == outcome)
    }
}
