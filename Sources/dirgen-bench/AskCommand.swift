import ArgumentParser
import DirGenAPI
import DirGenCore

/// The command `ask`: one request, its answer on standard output.
struct AskCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask", abstract: "Send a prompt to the best model for the task.",
        discussion: "The answer goes to standard output, everything else to standard error.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Prompt; - reads standard input.")
    var prompt: String?
    @Option(
        help: ArgumentHelp(
            "Conversation: a JSON array of {role, content}; - reads standard input.", valueName: "file"),
        transform: TextArgument.file)
    var messages: String?
    @Option(
        help:
            "Task type: planning, architecture, complex_generation, simple_generation, verification, general, or a name of your own."
    )
    var task: TaskType = .general
    @Option(
        help: "Model: auto, auto/TASK, provider/model, an alias of dirgen.yaml, or a bare name from the price table.",
        transform: TextArgument.name)
    var model = "auto"
    @Option(help: "System prompt.")
    var system: String?
    @Flag(help: "Print the answer as it streams.")
    var stream = false
    @Flag(help: "Do not stream from the provider; the time to first token is then unknown.")
    var unary = false
    @Flag(help: "Print JSON, like --format json; with --stream, one event a line.")
    var json = false
    @Option(parsing: .unconditional, help: "Output limit in tokens.", transform: NumberArgument.outputTokens)
    var maxTokens: Int?
    @Option(parsing: .unconditional, help: "Sampling temperature, from 0 to 2.", transform: NumberArgument.temperature)
    var temperature: Double?
    @Flag(inversion: .prefixedNo, help: "Use the cache (default: for the task types that dirgen.yaml caches).")
    var cache: Bool?
    @Option(
        help: ArgumentHelp("PCCE: project document with agent profiles, in YAML.", valueName: "file"),
        transform: TextArgument.file)
    var pcce: String?
    @Option(
        help: ArgumentHelp(
            "Profile of dirgen.yaml; with --pcce agent role of that document (default: planner).", valueName: "role"),
        transform: TextArgument.name)
    var profile: String?
    @Flag(help: "Do not try another model when the first fails.")
    var noFallback = false
    @Flag(
        inversion: .prefixedNo,
        help:
            "Start a second model when the first has sent no token by its p95 (default: as in dirgen.yaml)."
    )
    var hedge: Bool?
    @Flag(
        inversion: .prefixedNo,
        help: "Summarise the older turns of a long conversation first (default: as in dirgen.yaml).")
    var summarise: Bool?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Cost limit for all attempts together.", valueName: "usd"),
        transform: NumberArgument.dollars)
    var maxCost: USD?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Time limit for the whole request, such as 30s.", valueName: "time"),
        transform: NumberArgument.time)
    var deadline: TimeArgument?
    @Flag(help: "Print candidates, reasons and the cost of each attempt on standard error.")
    var explain = false
    @Option(
        help: ArgumentHelp(
            "With --simulate: dataset whose reference answers the simulator returns.", valueName: "file"),
        transform: TextArgument.file)
    var dataset: String?

    var common: CommonOptions { global.common }

    func validate() throws {
        guard (prompt == nil) != (messages == nil) else { throw ValidationError("give either a prompt or --messages") }
        guard !stream || !unary else { throw ValidationError("--stream and --unary contradict each other") }
        guard dataset == nil || global.common.simulate else { throw ValidationError("--dataset needs --simulate") }
    }

    func execute(_ console: Console) async throws {
        let chat = try Conversation.read(prompt: prompt, file: messages, system: system)
        try await common.withService(console, database: .readWrite, dataset: dataset) { dirgen in
            guard dirgen.canCall else { throw CommandError.noProviders(dirgen) }
            let printer = AnswerPrinter(
                console: console, streams: stream, json: json || global.format == .json, explains: explain,
                modelNotes: dirgen.callable.compactMap { settings in
                    settings.listed?.note.map { (settings.defaultModel, $0) }
                })
            let request = try request(chat, dirgen)
            for step in request.profile?.fallbackSteps ?? [] { console.warn(step) }
            try await printer.print(dirgen.asker.ask(request))
        }
    }

    private func request(_ messages: [Message], _ dirgen: DirGen) throws -> AskRequest {
        var request = dirgen.request("", task: task)
        request.chat.messages = messages
        request.chat.parameters = GenerationParameters(temperature: temperature, maxOutputTokens: maxTokens)
        let wish = try dirgen.configuration.wish(named: model)
        request.model = wish.choice
        if task == .general, let named = wish.task { request.task = named }
        if let pcce {
            request.profile = try dirgen.configuration.profile(role: profile ?? "planner", pcce: pcce)
        } else if let profile {
            request.profile = try dirgen.configuration.profile(named: profile)
        }
        request.chat.stream = !unary
        request.useCache = cache
        request.policy.fallback = !noFallback
        if let hedge { request.policy.hedge = hedge ? request.policy.hedge ?? HedgePolicy() : nil }
        if let summarise { request.policy.history = summarise ? request.policy.history ?? HistoryPolicy() : nil }
        request.policy.maxCost = maxCost
        request.policy.delivery = stream ? .live : .atEnd
        if let deadline { request.policy.limits.total = deadline.duration }
        return request
    }
}

extension CommandError {
    /// The error when nothing is configured, with a hint for each provider.
    static func noProviders(_ dirgen: DirGen) -> CommandError {
        let reasons = dirgen.skipped.map { "\($0.provider): \($0.reason) (\($0.help))" }.joined(separator: "\n  ")
        return CommandError(
            .usage, "no provider is configured\n  \(reasons)", hint: "configure one of them, or use --simulate")
    }
}

extension Conversation {
    /// The messages that the arguments of `ask` give; `-` stands for standard input.
    static func read(prompt: String?, file: String?, system: String?) throws -> [Message] {
        let head = system.map { [Message.system($0)] } ?? []
        if let file { return head + (try messages(try InputFile.bytes(file), name: InputFile.name(file))) }
        guard prompt == "-" else { return head + [.user(try asking(prompt ?? "", from: "the prompt"))] }
        return head + [.user(try asking(try InputFile.text("-"), from: InputFile.name("-")))]
    }

    /// Refuses an empty prompt: nothing is sent, and nothing paid, when a pipe delivers nothing or a variable is unset.
    private static func asking(_ text: String, from place: String) throws -> String {
        guard !text.isBlank else {
            throw CommandError(.usage, "\(place) is empty: there is nothing to ask")
        }
        return text
    }
}
