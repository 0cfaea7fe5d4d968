import LLMCore
import Testing

@testable import LLMWire

@Suite("Failures of the model that a server says as errors", .timeLimit(.minutes(1)))
struct ModelOutputTests {
    @Test(
        "what the model wrote is the model's failure, whatever the status", arguments: [400, 422, 500, 200],
        [
            "Failed to call a function. Please adjust your prompt.", "Failed to parse tool call arguments as JSON",
            "The model produced output that does not match the expected peg format",
            "Model produced invalid sequence as part of ToolUse", "The model generated an invalid tool call.",
            "Unable to parse the model's output as JSON", "error parsing tool call: raw='{'",
            "Failed to generate JSON. Please adjust your prompt.", "The LLM returned a malformed function call",
            "error parsing tool call: raw='{\"message\": \"x', err=unexpected end of JSON input",
            "Error decoding the function call: unexpected end of input",
        ])
    func ofTheModel(status: Int, message: String) {
        let error: JSONValue = ["error": ["message": .string(message), "type": "invalid_request_error"]]
        if status == 200 {
            let answer = Decoded(Samples.sse([error.text]), dialect: .openai, quirks: .generic).answer
            #expect(answer.outcome == .toolCallInvalid)
        } else {
            #expect(Samples.classify(status, error.text).outcome == .toolCallInvalid)
        }
        #expect(AttemptClass.toolCallInvalid.fault == .caseOutcome)
    }

    @Test("a body that shows what the model wrote is the model's failure, whatever its code")
    func failedGeneration() {
        let body = #"{"error":{"message":"Adjust your prompt.","code":"zork","failed_generation":"{\"a\": "}}"#
        #expect(Samples.classify(400, body).outcome == .toolCallInvalid)
    }

    @Test("what a failing server reads is what its model wrote", arguments: [500, 502, 503])
    func unread(status: Int) {
        for text in [
            "Failed to parse input at pos 12: <tool_call>", "Unable to parse input at position 7: {\"message\": 1",
        ] {
            #expect(ErrorShape.openai.classify(text, status: status).outcome == .toolCallInvalid)
            #expect(ErrorShape.openai.classify(text, status: 400).outcome == .badRequest)
        }
    }

    @Test(
        "what the client sent is not",
        arguments: [
            (400, "Invalid JSON payload received. Unknown name \"x\" at 'tools[0]'", AttemptClass.badRequest),
            (400, "No tool call found for function call output with call_id c1", .badRequest),
            (400, "Failed to parse messages: tool call without id", .badRequest),
            (400, "Failed to parse the request body as JSON", .badRequest),
            (400, "This model does not support tool calls", .badRequest),
            (400, "Invalid schema for function 'f': object expected", .badRequest),
            (500, "The server had an error while processing your request", .serverError),
            (500, "Internal error: model crashed", .serverError),
        ])
    func ofTheRequest(status: Int, message: String, outcome: AttemptClass) {
        let error: JSONValue = ["error": ["message": .string(message)]]
        #expect(Samples.classify(status, error.text).outcome == outcome)
    }
}
