import DirGenBench
import LLMCore
import Testing

@Suite("How an arm is written", .timeLimit(.minutes(2)))
struct ArmSpecTests {
    @Test(
        "a model alone, with parameters, and with an @ of its own",
        arguments: [
            ("openai/gpt-5", "openai/gpt-5", GenerationParameters()),
            ("openai/gpt-5@effort=low", "openai/gpt-5", GenerationParameters(reasoningEffort: "low")),
            (
                "groq/openai/gpt-oss-120b@temperature=0.2,max_tokens=200,tier=flex", "groq/openai/gpt-oss-120b",
                GenerationParameters(temperature: 0.2, maxOutputTokens: 200, serviceTier: "flex")
            ),
            ("local/ai/smollm3:latest", "local/ai/smollm3:latest", GenerationParameters()),
            ("hf/x@main", "hf/x@main", GenerationParameters()),
        ])
    func accepted(text: String, model: String, parameters: GenerationParameters) throws {
        let spec = try ArmSpec(text)
        #expect(spec.model == model)
        #expect(spec.parameters == parameters)
    }

    @Test(
        "what is wrong with it is named",
        arguments: [
            ("a/b@heat=1", "unknown parameter 'heat'"),
            ("a/b@temperature=hot", "temperature must be a number from 0 to 2"),
            ("a/b@temperature=99", "found '99'"), ("a/b@top_p=7", "top_p must be a number above 0, at most 1"),
            ("a/b@effort=bogus", "effort must be none, default, minimal"), ("a/b@effort=LOW", "found 'LOW'"),
            ("a/b@max_tokens=-5", "a whole number from 1"), ("a/b@max_tokens=1.5", "a whole number from 1"),
            ("a/b@effort=low,effort=high", "effort is given twice"),
            ("a/b@effort=", "key=value"),
            ("a/b@temperature=nan", "must be a number"),
        ])
    func refused(text: String, part: String) {
        let error = #expect(throws: InputError.self) { try ArmSpec(text) }
        #expect(error?.message.contains(part) == true)
    }
}
