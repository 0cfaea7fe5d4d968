public import LLMCore

/// The cost of a usage by the price table: the document of `prices cost`.
package struct QuoteDocument: Document {
    /// One line of a quote: tokens at a rate, or calls at a fee.
    package struct Line: Document {
        package var what: String
        package var count: Int
        package var isFee: Bool
        package var amount: ExactDecimal
        package var unitPrice: ExactDecimal
        package var model: ModelID?

        init(_ line: CostLine) {
            what = line.what
            count = line.count
            isFee = line.isFee
            amount = line.exact
            unitPrice = line.unitPrice
            model = line.model
        }

        private enum CodingKeys: String, CodingKey {
            case what, calls, tokens, usd
            case perCall = "usd_per_call"
            case perMillion = "usd_per_million"
            case model
        }

        package func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(what, forKey: .what)
            try object.encode(count, forKey: isFee ? .calls : .tokens)
            try object.encode(amount.description, forKey: .usd)
            try object.encode(unitPrice.description, forKey: isFee ? .perCall : .perMillion)
            if let model { try object.encode(model, forKey: .model) }
        }

        package init(from decoder: any Decoder) throws {
            let object = try decoder.container(keyedBy: CodingKeys.self)
            func amount(_ key: CodingKeys) throws -> ExactDecimal {
                guard let amount = ExactDecimal(try object.decode(String.self, forKey: key)) else {
                    throw DecodingError.dataCorruptedError(
                        forKey: key, in: object, debugDescription: "not a decimal amount")
                }
                return amount
            }
            what = try object.decode(String.self, forKey: .what)
            isFee = object.contains(.calls)
            count = try object.decode(Int.self, forKey: isFee ? .calls : .tokens)
            self.amount = try amount(.usd)
            unitPrice = try amount(isFee ? .perCall : .perMillion)
            model = try object.decodeIfPresent(ModelID.self, forKey: .model)
        }
    }
    package var usd: USD?
    package var billed: USD?
    package var known: Bool
    package var unknownBecause: String?
    package var asOf: String?
    package var source: String?
    package var service: String?
    package var lines: [Line]
    package var model: ModelID
    /// The day that was priced.
    package var at: String
    /// Version of the price table.
    package var prices: String

    package init(_ quote: CostQuote, of model: ModelID, at microseconds: Int64, prices version: String) {
        self.model = model
        at = CalendarDay(containing: microseconds).description
        prices = version
        usd = quote.usd
        billed = quote.billed
        known = quote.known
        unknownBecause = quote.unknownBecause
        asOf = quote.asOf
        source = quote.source
        service = quote.service
        lines = quote.lines.map(Line.init)
    }

    private enum CodingKeys: String, CodingKey {
        case usd
        case billed = "billed_usd"
        case known
        case unknownBecause = "unknown_because"
        case asOf = "as_of"
        case source, service, lines, model, at, prices
    }
}

/// Prices that were taken over from another table: the document of `prices import`.
package struct PriceImportDocument: Document {
    package var file: String
    package var imported: Int
    package var byProvider: [String: Int]
    /// Models that were left out, by the reason.
    package var skipped: [String: Int]

    package init(file: String, imported: Int, byProvider: [String: Int], skipped: [String: Int]) {
        self.file = file
        self.imported = imported
        self.byProvider = byProvider
        self.skipped = skipped
    }

    private enum CodingKeys: String, CodingKey {
        case file, imported
        case byProvider = "by_provider"
        case skipped
    }
}

/// The models whose price is known: the document of `prices list`.
package struct PriceListDocument: Document {
    package var version: String
    package var models: [ModelPrice]

    package init(version: String, models: [ModelPrice]) {
        self.version = version
        self.models = models
    }
}

/// The document of `prices show`.
extension ModelPrice: Document {}
