import ArgumentParser
import DirGenAPI
import DirGenCore
import LLMCore

/// The command `prices import`: imports prices from LiteLLM's table over the built-in ones.
struct PricesImportCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import prices from LiteLLM's model_prices_and_context_window.json.",
        discussion: """
            Writes $XDG_CONFIG_HOME/dirgen/prices.json, which wins over the built-in table from the day the table was read. \
            Earlier days, and price changes already announced, keep the built-in prices. Models of providers that are neither \
            built in nor configured are skipped.
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(
        help: "LiteLLM's table, which is part of the PyPI package litellm; - reads standard input.",
        transform: TextArgument.file)
    var file: String
    @Option(help: ArgumentHelp("File to write instead.", valueName: "file"), transform: TextArgument.file)
    var out: String?
    @Option(
        help: ArgumentHelp(
            "Import another of LiteLLM's providers, under its name or yours: deepseek, or together_ai=together.",
            valueName: "name[=ours]"), transform: TextArgument.name)
    var provider: [String] = []
    @Flag(help: "Import every provider, under LiteLLM's names.")
    var allProviders = false
    @Option(help: ArgumentHelp("Day the table was read (default: today).", valueName: "day"))
    var asOf: String?

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let day = try asOf.map { text in
            guard let day = CalendarDay(text) else {
                throw CommandError(.usage, "--as-of: expected a day such as 2026-11-22, found '\(text)'")
            }
            return day
        }
        let target = try destination()
        let bytes = try InputFile.bytes(file)
        let wanted = try providers()
        let result: LiteLLMPrices.Import
        do throws(PriceFileError) {
            result = try LiteLLMPrices.read(
                bytes, providers: allProviders ? nil : wanted,
                asOf: day ?? CalendarDay(containing: TimeSource.live.wallMicroseconds()), source: "litellm")
        } catch {
            throw CommandError(.usage, "\(InputFile.name(file)):\(error)")
        }
        try requireKnown(result.found)
        guard !result.models.isEmpty else {
            throw CommandError(.usage, "\(InputFile.name(file)): no model in it has a price to import")
        }
        let name = "litellm-\(ContentHash.sha256(bytes).prefix(8))"
        if out == nil { try ImportedPrices.makeFolder(of: target) }
        try ImportedPrices.write(PriceFile(version: name, models: result.models), to: target)
        try report(result, target: target, console)
    }

    /// Refuses a requested provider that the table does not have.
    private func requireKnown(_ found: Set<String>) throws {
        let missing = provider.map { $0.split(separator: "=", maxSplits: 1).first.map(String.init) ?? "" }
            .filter { !found.contains($0) }
        guard let first = missing.first else { return }
        throw CommandError(
            .usage, "--provider: \(InputFile.name(file)) has no provider '\(first)'",
            hint: "it has \(found.sorted().joined(separator: ", "))")
    }

    private func destination() throws -> String {
        guard let path = out ?? ImportedPrices.path() else {
            throw CommandError(
                .usage, "no place for the prices: neither XDG_CONFIG_HOME nor HOME is set",
                hint: "name a file with --out")
        }
        return path
    }

    /// The built-in providers, those configured under LiteLLM's name, and those of `--provider`.
    private func providers() throws -> [String: ProviderID] {
        var known = LiteLLMPrices.providers
        // Prices imported before are about to be replaced: an unreadable file of them does no harm.
        let rows = try Configuration.load(.init(file: common.config), readingImportedPrices: false).providers
        for name in rows.map(\.name) where known[name.rawValue] == nil && name != .local { known[name.rawValue] = name }
        for entry in provider {
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            if let theirs = parts.first { known[theirs] = ProviderID(parts.count > 1 ? parts[1] : theirs) }
        }
        return known
    }

    private func report(_ result: LiteLLMPrices.Import, target: String, _ console: Console) throws {
        let counts = Dictionary(grouping: result.models, by: \.model.provider).mapValues(\.count).sorted {
            $0.key < $1.key
        }
        let skipped = result.skipped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        switch global.format {
        case .json:
            let byProvider = Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
            try console.json(
                PriceImportDocument(
                    file: target, imported: result.models.count, byProvider: byProvider, skipped: result.skipped))
        case .text:
            let by = counts.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            console.data("imported \(result.models.count) models (\(by)) into \(target)")
            for (reason, count) in skipped { console.data("skipped \(count): \(reason)") }
        }
    }
}
