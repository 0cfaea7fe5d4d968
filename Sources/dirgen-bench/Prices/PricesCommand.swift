import ArgumentParser

/// `prices`: what models cost, and what a call did.
struct PricesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices", abstract: "Show prices of models, and compute the cost of a call.",
        discussion: """
            dirgen.yaml wins over imported prices ($XDG_CONFIG_HOME/dirgen/prices.json), and those over the table that is \
            built in.
            """,
        subcommands: [
            PricesListCommand.self, PricesShowCommand.self, PricesCostCommand.self, PricesImportCommand.self,
        ])
}
