import ArgumentParser
import DirGenAPI
import DirGenCore
import LLMCore

/// `prices show MODEL`: everything known of a model's price.
struct PricesShowCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show all that is known of a model's price: tiers, services, dates, source.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "provider/model, or a name that one provider has.")
    var model: String

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let price = try common.configuration().price(named: model)
        switch global.format {
        case .json: try console.json(price)
        case .text: console.data(PricePages.show(price, at: TimeSource.live.wallMicroseconds()))
        }
    }
}
