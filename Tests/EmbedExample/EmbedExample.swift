import DirGenCore

/// DirGen inside another program: one import, one prompt.
///
/// Providers come from the environment (`GEMINI_API_KEY`, `OPENAI_API_KEY`, `DMR_BASE_URL`, ...) and from `dirgen.yaml`.
@main struct EmbedExample {
    static func main() async {
        let prompt = CommandLine.arguments.dropFirst().first ?? "Why put a queue between two services?"
        do {
            try await withDirGen { dirgen in
                let limit = GenerationParameters(maxOutputTokens: 500)
                let reply = try await dirgen.ask(prompt, task: .architecture, parameters: limit)
                print(reply.text)
                print("-- \(reply.model), \(reply.cost.map { "\($0) USD" } ?? "cost unknown")")
            }
        } catch {
            print("no answer: \(error)")
        }
    }
}
