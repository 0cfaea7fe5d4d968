import ArgumentParser
import DirGenAPI
import DirGenCore
import LLMCore
import LLMProviders

/// The command `prices`: the price table, and the cost of a call.
struct PricesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices", abstract: "Show prices of models, and compute the cost of a call.",
        discussion: """
            Prices of dirgen.yaml win over imported prices ($XDG_CONFIG_HOME/dirgen/prices.json), and those over the \
            built-in table.
            """,
        subcommands: [
            PricesListCommand.self, PricesShowCommand.self, PricesCostCommand.self, PricesImportCommand.self,
        ])
}

/// The command `prices list`: the models with a known price.
struct PricesListCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the models whose price is known, in USD per million tokens.")

    @OptionGroup var global: GlobalOptions
    @Option(help: "List only the models of this provider.", transform: TextArgument.name)
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
            throw CommandError(
                .usage, "no model of provider '\(provider ?? "")' has a known price",
                hint: "priced are \(Set(prices.models.map(\.model.provider.rawValue)).sorted().joined(separator: ", "))"
            )
        }
        switch global.format {
        case .json:
            try console.json(PriceListDocument(version: prices.version, models: models))
        case .text:
            console.data(PricePages.list(models, at: TimeSource.live.wallMicroseconds()))
            console.say("USD per million tokens; prices \(prices.version)", .dim)
        }
    }
}

/// The command `prices show`: the price of a model with tiers, services, dates and source.
struct PricesShowCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the price of a model: tiers, services, dates, source.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Model: provider/model, or a name that only one provider has.", transform: TextArgument.name)
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

/// The pages of `prices`.
enum PricePages {
    static func list(_ models: [ModelPrice], at microseconds: Int64) -> String {
        var table = TextTable([
            ("MODEL", .left), ("INPUT", .right), ("CACHED", .right), ("OUTPUT", .right), ("CONTEXT", .right),
            ("AS OF", .left), ("NOTE", .left),
        ])
        for price in models {
            let rates = price.listRates(at: microseconds)
            table.add([
                price.model.description, price.free ? "free" : rates?.input.description ?? "?",
                price.free ? "" : rates?.cachedInput?.description ?? "-",
                price.free ? "" : rates?.output.description ?? "?",
                (price.contextWindow ?? price.maxInput).map(String.init) ?? "?", price.asOf,
                remark(price, at: microseconds),
            ])
        }
        return table.text
    }

    private static func remark(_ price: ModelPrice, at microseconds: Int64) -> String {
        var remarks: [String] = []
        if let period = price.period(at: microseconds) {
            if period.rates.contains(where: { $0.service == PriceRate.standard && $0.fromPromptTokens != nil }) {
                remarks.append("more expensive for long prompts")
            }
            if let until = period.until { remarks.append("changes \(until)") }
        }
        if let status = price.status { remarks.append(price.ends.map { "\(status) (\($0))" } ?? status) }
        return remarks.joined(separator: "; ")
    }

    static func show(_ price: ModelPrice, at microseconds: Int64) -> String {
        var lines = [price.name.map { "\(price.model)  \($0)" } ?? price.model.description]
        func fact(_ name: String, _ value: String?) { if let value { lines.append("  \(name): \(value)") } }
        fact("also", price.aliases.isEmpty ? nil : price.aliases.joined(separator: ", "))
        fact("context", price.contextWindow.map { "\($0) tokens" })
        fact("longest answer", price.maxOutput.map { "\($0) tokens" })
        fact("status", price.status.map { status in price.ends.map { "\(status), \($0)" } ?? status })
        fact("web search", price.webSearch.map(searchFee))
        for (key, values) in price.multipliers.sorted(by: { $0.key < $1.key }) {
            let factors = values.sorted { $0.key < $1.key }.map { "\($0.key) x\($0.value)" }.joined(separator: ", ")
            fact(key, factors)
        }
        fact("price", price.free ? "free: runs locally" : nil)
        fact("as of", price.asOf)
        fact("source", price.sources.joined(separator: ", "))
        fact("note", price.note)
        for period in price.periods {
            lines += ["", heading(period, isCurrent: period == price.period(at: microseconds)), rates(period)]
        }
        return lines.joined(separator: "\n")
    }

    private static func searchFee(_ fee: ModelPrice.SearchFee) -> String {
        let free =
            fee.free.map { ", the first \($0) a \(fee.freePer ?? "period") free (not deducted here)" } ?? ""
        return "\(fee.usd) USD per \(fee.unit == .call ? "call that searches" : "search")\(free)"
    }

    private static func heading(_ period: PricePeriod, isCurrent: Bool) -> String {
        let from = period.from.map { " from \($0)" } ?? ""
        let until = period.until.map { " until \($0)" } ?? ""
        return "USD per million tokens\(from)\(until)\(isCurrent ? ", in force" : "")"
    }

    private static func rates(_ period: PricePeriod) -> String {
        var table = TextTable([
            ("  SERVICE", .left), ("PROMPT", .left), ("INPUT", .right), ("CACHED", .right), ("WRITE", .right),
            ("WRITE 1H", .right), ("WRITE 12H", .right), ("OUTPUT", .right),
        ])
        for rate in period.rates {
            let tokens = rate.tokens
            let optional = [tokens.cachedInput, tokens.cacheWrite, tokens.cacheWrite1h, tokens.cacheWrite12h].map {
                $0?.description ?? "-"
            }
            table.add(
                ["  " + rate.service, rate.fromPromptTokens.map { "from \($0)" } ?? "any", tokens.input.description]
                    + optional + [tokens.output.description])
        }
        return table.text
    }

    static func quote(_ quote: CostQuote, of model: ModelID) -> String {
        var table = TextTable([("", .left), ("COUNT", .right), ("PRICE", .right), ("USD", .right)])
        for line in quote.lines {
            let what = line.model.map { "\(line.what) (\($0.name))" } ?? line.what
            let price = line.unitPrice.description + (line.isFee ? " each" : " / M")
            table.add([what, String(line.count), price, line.exact.description])
        }
        var lines = ["\(model), \(quote.service ?? "price unknown")"]
        if !quote.lines.isEmpty { lines.append(table.text) }
        lines.append("total  \(quote.usd.map { "\($0) USD" } ?? "unknown: \(quote.unknownBecause ?? "")")")
        if let billed = quote.billed { lines.append("billed \(billed) USD by the provider") }
        if let asOf = quote.asOf { lines.append("as of \(asOf), \(quote.source ?? "")") }
        return lines.joined(separator: "\n")
    }
}
