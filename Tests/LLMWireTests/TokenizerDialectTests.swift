import LLMCore
import Testing

@testable import LLMWire

@Suite("Tokenizer endpoints of local engines", .timeLimit(.minutes(1)))
struct TokenizerDialectTests {
    @Test(
        "each form has its path and its field, and names the model",
        arguments: [
            (TokenizerDialect.llamaCppPython, "/extras/tokenize/count", #"{"model":"m","input":"a \"b\""}"#),
            (.llamaCpp, "/tokenize", #"{"model":"m","content":"a \"b\""}"#),
        ])
    func request(dialect: TokenizerDialect, path: String, body: String) throws {
        let request = dialect.request(for: #"a "b""#, model: "m")
        #expect(request.method == "POST" && request.path == path)
        #expect(try JSONValue.parse(request.body) == JSONValue.parse(body))
    }

    @Test(
        "an answer that holds no count has none",
        arguments: [
            (TokenizerDialect.llamaCppPython, #"{"count":7}"#, 7), (.llamaCppPython, #"{"count":0}"#, 0),
            (.llamaCppPython, #"{"count":-1}"#, nil), (.llamaCppPython, #"{"count":"7"}"#, nil),
            (.llamaCppPython, #"{"tokens":[1,2]}"#, nil), (.llamaCppPython, "[7]", nil), (.llamaCppPython, "", nil),
            (.llamaCpp, #"{"tokens":[1,2,3]}"#, 3), (.llamaCpp, #"{"tokens":[]}"#, 0),
            (.llamaCpp, #"{"tokens":[{"id":198,"piece":[195]}]}"#, 1), (.llamaCpp, #"{"tokens":3}"#, nil),
            (.llamaCpp, #"{"count":3}"#, nil), (.llamaCpp, "<html>", nil),
        ] as [(TokenizerDialect, String, Int?)])
    func count(dialect: TokenizerDialect, body: String, count: Int?) {
        #expect(dialect.count(in: Array(body.utf8)) == count)
    }
}
