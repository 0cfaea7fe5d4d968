import ArgumentParser
import DirGenAPI
import DirGenCore
import LLMCore
import LLMProviders

/// `prices list`: every model with a known price.
struct PricesListCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the models whose price is known, in USD per million tokens.")

    @OptionGroup var global: GlobalOptions
    @Option(help: "Only this provider's.")
    var provider: String?
    @Flag(help: "Include retired models.")
    var all = false

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let prices = try common.configuration().prices
        let wanted = provider.map { ProviderCatalogue.canonical($0) }
        let models = prices.models.filter { price in
            (wanted.map { price.model.provider == $0 } ?? true) && (all || price.status?.hasPrefix("retired") != true)
        }
        guard !models.isEmpty || wanted == nil else {
            throw CommandError(.usage, "no price is known of any model of '\(provider ?? "")'")
        }
        switch global.format {
        case .json:
            try console.json(PriceListDocument(version: prices.version, models: models))
        case .text:
            console.data(PricePages.list(models, at: TimeSource.live.wallMicroseconds()))
            console.say("prices \(prices.version)", .dim)
        }
    }
}
