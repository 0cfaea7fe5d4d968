import LLMCore
import LLMServer
import NIOHTTP1
import Testing

@Suite("A path of Gemini's that names no model", .timeLimit(.minutes(1)))
struct GeminiPathTests {
    @Test(
        "is a bad request in Google's own words",
        arguments: [
            "/v1beta/models/:generateContent", "/v1beta/models/:streamGenerateContent?alt=sse",
            "/v1beta/models/:streamGenerateContent", "/v1beta/models/:countTokens", "/v1/models/:generateContent",
            "/v1beta/models/%20:generateContent",
        ])
    func refused(path: String) async throws {
        let environment = ["GEMINI_API_KEY": "AIza-test-0123456789", "GEMINI_BASE_URL": "http://127.0.0.1:1"]
        try await GatewayFixture.withServer(environment: environment) { server in
            let got = try await GatewayFixture.send(
                .POST, "\(server)\(path)", body: #"{"contents":[{"parts":[{"text":"Hi"}]}]}"#)
            #expect(got.status == 400)
            let error = try JSONValue.parse(Array(got.body.utf8))["error"]
            #expect(error?["code"] == 400 && error?["status"] == "INVALID_ARGUMENT", "\(got.body)")
            #expect(error?["message"]?.string?.contains("model") == true, "\(got.body)")
        }
    }
}
