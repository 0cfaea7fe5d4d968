import ArgumentParser

/// `models`: what a local server has on disk and in memory.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List, fetch, load and unload the models of a local server.",
        discussion: """
            Works with Docker Model Runner, where DMR_BASE_URL says or at http://localhost:12434. Other OpenAI-compatible \
            servers (llama.cpp, Ollama, vLLM) are listed; their models are managed with their own tools.
            """,
        subcommands: [
            ModelsListCommand.self, ModelsPullCommand.self, ModelsLoadCommand.self, ModelsUnloadCommand.self,
            ModelsLoadedCommand.self,
        ],
        defaultSubcommand: ModelsListCommand.self)
}
