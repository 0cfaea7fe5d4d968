import BenchCore
import LLMCore
import Testing

@testable import BenchFormats

@Suite("LiteLLM's configuration", .timeLimit(.minutes(1)))
struct LiteLLMConfigurationTests {
    private func read(_ text: String) throws(DatasetErrors) -> LiteLLMConfiguration {
        try LiteLLMConfiguration(bytes: Array(text.utf8), path: "config.yaml")
    }

    @Test("deployments become rows by address and key; one name for several is a balance; keys are named, not copied")
    func rows() throws {
        let configuration = try read(
            """
            model_list:
              - model_name: small
                litellm_params: {model: openai/gpt-5-mini, api_key: os.environ/OPENAI_API_KEY}
              - model_name: small
                litellm_params: {model: groq/openai/gpt-oss-20b, api_key: os.environ/GROQ_API_KEY}
              - model_name: big
                litellm_params: {model: openai/gpt-5, api_key: os.environ/OPENAI_API_KEY}
              - model_name: lab
                litellm_params: {model: hosted_vllm/llama-70b, api_base: "http://llm.lab:8000/v1/"}
              - model_name: other
                litellm_params: {model: openai/gpt-5, api_key: os.environ/TEAM_KEY}
              - model_name: openai/gpt-5
                litellm_params: {model: openai/gpt-5, api_key: os.environ/OPENAI_API_KEY}
              - model_name: lab/70b
                litellm_params: {model: hosted_vllm/llama-70b, api_base: "http://llm.lab:8000/v1/"}
            general_settings: {master_key: sk-1234}
            """)
        #expect(
            configuration.yaml == """
                # config.yaml:16: general_settings configures LiteLLM's own proxy
                # lab/70b can be no alias: clients write llm-lab-8000/llama-70b
                providers:
                  - name: openai
                    key_env: OPENAI_API_KEY
                    models: ["gpt-5-mini", "gpt-5"]
                  - name: groq
                    key_env: GROQ_API_KEY
                    models: ["openai/gpt-oss-20b"]
                  - name: llm-lab-8000
                    dialect: openai
                    base_url: "http://llm.lab:8000/v1"
                    locality: local
                    models: ["llama-70b"]
                  - name: openai-team-key
                    dialect: openai
                    base_url: "https://api.openai.com/v1"
                    key_env: TEAM_KEY
                    models: ["gpt-5"]
                aliases: {"small": "openai/gpt-5-mini", "big": "openai/gpt-5", "lab": "llm-lab-8000/llama-70b", "other": "openai-team-key/gpt-5"}
                balance: [["openai/gpt-5-mini", "groq/openai/gpt-oss-20b"]]

                """)
    }

    @Test(
        "what cannot be carried over is refused by its place, and no value is repeated",
        arguments: [
            (
                "api_key: sk-very-secret",
                "config.yaml:3:57: a: api_key holds a key; put it into an environment variable and write os.environ/NAME"
            ),
            (
                "api_base: \"https://u:sk-very-secret@h/v1\"",
                "config.yaml:3:58: a: api_base must be written out: http or https, without credentials"
            ),
            ("temperature: 0.5", "config.yaml:3:61: a: litellm_params.temperature cannot be carried over"),
            (
                "aws_secret_access_key: sk-very-secret",
                "config.yaml:3:71: a: litellm_params.aws_secret_access_key cannot be carried over"
            ),
        ])
    func refused(member: String, message: String) {
        let text = "model_list:\n  - model_name: a\n    litellm_params: {model: openai/gpt-5-mini, \(member)}\n"
        do throws(DatasetErrors) {
            _ = try read(text)
            Issue.record("was read")
        } catch {
            #expect(error.description == message)
            #expect(!error.description.contains("sk-very-secret"))
        }
    }

    @Test("a protocol that is not spoken, and a file without a list, are errors")
    func unknown() {
        #expect(
            throws: DatasetErrors([
                DatasetError(
                    path: "config.yaml", line: 1, column: 59, message: "a: the protocol of bedrock is not spoken")
            ])
        ) {
            try read(
                "model_list: [{model_name: a, litellm_params: {model: bedrock/x}}]\n".replacing(
                    "{model:", with: "{     model:"))
        }
        #expect(throws: DatasetErrors.self) { try read("providers: []\n") }
    }
}
