/// Keys of other tools' datasets that would change what is asked or graded: refused by name instead of kept as notes.
enum ForeignKeys {
    /// The advice on a key that no canonical row has; `nil` when it is merely unknown.
    static func advice(for key: String) -> String? {
        if key.hasPrefix("__") { return "a promptfoo CSV column; write the check as an \"assert\"" }
        return table[key]
    }

    private static let table: [String: String] = [
        "prompt": "write \"input\" in a row; \"prompt\" is the header's template",
        "prompts": "promptfoo's; write one row for each prompt, with \"input\"",
        "text": "write \"input\"",
        "conversations": "ShareGPT's; write \"messages\" with role and content",
        "question": "write \"input\", or a \"vars\" member for the header's \"prompt\"",
        "Question": "write \"input\", or a \"vars\" member for the header's \"prompt\"",
        "answer": "write \"target\"", "Answer": "write \"target\"",
        "ideal": "OpenAI evals'; write \"target\"",
        "expected": "write \"target\"", "expected_output": "write \"target\"",
        "item": "OpenAI graders'; write its members as a row of their own",
        "description": "promptfoo's; write \"id\", or put it under \"metadata\"",
        "provider": "promptfoo's; write \"only\"", "providers": "promptfoo's; write \"only\"",
        "options": "promptfoo's; transforms are not supported",
        "asserts": "write \"assert\"", "assertions": "write \"assert\"",
        "files": "Inspect's; not supported", "setup": "Inspect's; not supported", "sandbox": "Inspect's; not supported",
        "output_tokens_count": "write \"params\": {\"max_tokens\": …}",
        "output_length": "write \"params\": {\"max_tokens\": …}",
        "timestamp": "write \"at_ms\"",
    ]
}
