import LLMCore
import Testing

@testable import LLMWire

@Suite("Error bodies of every shape", .timeLimit(.minutes(1)))
struct ErrorBodyTests {
    @Test(
        "the server's sentence is kept, and nothing else", arguments: ErrorShape.allCases,
        [400, 404, 409, 422, 500, 503])
    func sentence(shape: ErrorShape, status: Int) {
        let sentence = "the field zzz is not known here"
        let verdict = shape.classify(sentence, status: status)
        let around = [ErrorShape.gateway: "Provider returned error: ", .problem: ""][shape] ?? ""
        #expect(verdict.words.message == around + sentence)
        #expect(verdict.words.status == status)
        let expected: [Int: AttemptClass] = [409: .conflict, 500: .serverError, 503: .overloaded]
        #expect(verdict.outcome == expected[status] ?? .badRequest)
    }

    @Test(
        "several sentences are joined, the same one is said once",
        arguments: [
            (#"{"detail":[{"msg":"a is short"},{"msg":"b is long"}]}"#, "a is short; b is long"),
            (#"{"errors":["one","two"]}"#, "one; two"),
            (#"{"errors":{"model":["is unknown","is old"],"n":["is 0"]}}"#, "model: is unknown, is old; n: is 0"),
            (#"{"statusCode":404,"message":"Not found","error":"Not Found"}"#, "Not found"),
            (#"{"error":"Unauthorized","message":"the token is old"}"#, "the token is old: Unauthorized"),
            (#"{"error":"invalid_grant","error_description":"it is over"}"#, "invalid_grant: it is over"),
            (#"{"base_resp":{"status_code":1004,"status_msg":"no such group"}}"#, "no such group"),
            (#"{"title":"Bad Request","status":400}"#, "Bad Request"), (#""a bare string""#, "a bare string"),
            (#"{"error":null,"message":"outer"}"#, "outer"), (#"{"error":{"error":{"msg":"deep"}}}"#, "deep"),
        ])
    func joined(body: String, message: String) {
        #expect(Samples.classify(400, body, .openai, .generic).words.message == message)
    }

    @Test(
        "a page keeps its title or its headline, without its markup",
        arguments: [
            ("<html><head><title>502 Bad\n Gateway</title></head><body>x</body></html>", "HTML page: 502 Bad Gateway"),
            ("<!DOCTYPE html><html><body><h1>Sorry <b>not</b> now</h1></body></html>", "HTML page: Sorry not now"),
            ("<html><body>captive <b>portal</b></body></html>", "HTML page: captive portal"),
            ("<html></html>", "HTML page: untitled"),
            ("<?xml version=\"1.0\"?><Error><Code>Gone</Code><Message>No more</Message></Error>", "No more"),
            ("upstream   connect\n\nerror", "upstream connect error"), ("", "status 502 without a message"),
            ("\u{0}\u{1}", "status 502 without a message"), ("null", "status 502 without a message"),
        ])
    func pages(body: String, message: String) {
        let verdict = Samples.classify(502, body, .openai, .generic)
        #expect(verdict.words.message.split(separator: " ").joined(separator: " ") == message)
        #expect(verdict.outcome == .serverError)
    }

    @Test(
        "the sentence is found under any name for an error",
        arguments: [
            "err", "error", "errors", "msg", "err_msg", "errorMessage", "exception", "failure", "detail", "Err",
        ])
    func names(name: String) {
        for value in [#""boom here""#, #"{"message":"boom here"}"#, #"["boom here"]"#]
        where !value.hasPrefix("[") || ["err", "error", "errors", "detail"].contains(name) {
            if value.hasPrefix("{"), ["msg", "err_msg", "errorMessage"].contains(name) { continue }
            let verdict = Samples.classify(400, "{\"\(name)\":\(value)}", .openai, .generic)
            #expect(verdict.words.message == "boom here" && verdict.outcome == .badRequest, "\(name) \(value)")
        }
    }

    @Test("where there is no sentence, the code is told")
    func codeAlone() {
        for (body, word) in [
            (#"{"error":{"code":"weird_thing"}}"#, "weird_thing"), (#"{"error":{"type":"odd_type"}}"#, "odd_type"),
            (#"{"error":{"code":17,"type":"odd"}}"#, "odd"),
        ] {
            #expect(Samples.classify(400, body).words.message == "status 400 without a message: \(word)")
        }
        #expect(
            Samples.classify(400, #"{"error":{"code":400,"type":"error"}}"#).words.message
                == "status 400 without a message")
    }

    @Test("the code of a wrapped error decides as it would by itself", arguments: [400, 429, 502])
    func wrapped(status: Int) {
        let inner = #"{\"error\":{\"message\":\"no\",\"code\":\"insufficient_quota\"}}"#
        for body in [
            #"{"error":{"message":"\#(inner)"}}"#, #"{"detail":"\#(inner)"}"#,
            #"{"error":{"message":"Provider returned error","code":\#(status),"metadata":{"raw":"\#(inner)"}}}"#,
        ] { #expect(Samples.classify(status, body, .openai, .generic).outcome == .quotaExhausted, "\(body)") }
    }

    @Test(
        "what the model wrote, and the server would not pass on, is the model's failure",
        arguments: [
            #""code":"json_validate_failed""#, #""code":"tool_use_failed""#, #""failed_generation":"{\"a\":""#,
            #""code":"some_new_code","failed_generation":"<function=x""#,
        ], [400, 422, 500])
    func failedGeneration(members: String, status: Int) {
        let body = #"{"error":{"message":"Please adjust your prompt.","type":"invalid_request_error",\#(members)}}"#
        #expect(Samples.classify(status, body, .openai, .groq).outcome == .toolCallInvalid)
    }

    @Test("hostile nesting and length are cut short")
    func hostile() {
        let deep = String(repeating: #"{"error":"#, count: 200) + "1" + String(repeating: "}", count: 200)
        #expect(Samples.classify(500, deep, .openai, .generic).outcome == .serverError)
        let long = #"{"errors":["# + (0..<5_000).map { #""fault \#($0)""# }.joined(separator: ",") + "]}"
        #expect(Samples.classify(400, long, .openai, .generic).words.message.count <= 500)
    }
}
