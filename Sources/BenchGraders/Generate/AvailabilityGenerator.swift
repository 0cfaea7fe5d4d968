import LLMCore

/// The maker of availabilities of systems in series and in parallel, in percent.
enum AvailabilityGenerator: CaseGenerator {
    static let name = "fresh-availability"

    /// Hundredths of a percent.
    private static let shares = [9_500, 9_800, 9_900, 9_950, 9_980, 9_990, 9_995]
    private static let whole = 10_000

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let chain = (0..<[2, 3, 2, 3, 3][level - 1]).map { _ in draw.pick(shares) }
        let replicas = [1, 1, 2, 2, 3][level - 1]
        let replica = draw.pick([9_000, 9_500, 9_800, 9_900])
        // Beside the chain, a tier that is up while one replica is.
        let down = (0..<replicas).reduce(Int128(1)) { product, _ in product * Int128(whole - replica) }
        let scale = (0..<replicas).reduce(Int128(1)) { product, _ in product * Int128(whole) }
        let hasTier = replicas > 1
        let series = chain.reduce(Int128(1)) { $0 * Int128($1) }
        let seriesScale = chain.reduce(Int128(1)) { product, _ in product * Int128(whole) }
        let up = hasTier ? series * (scale - down) : series
        let all = hasTier ? seriesScale * scale : seriesScale
        let value = Decimals(up * 100, over: all, places: 3)
        // The worst part alone, the tier as if all its replicas were needed, and losses added.
        let worst = Decimals(chain.min() ?? 0, places: 2)
        let needed = (0..<replicas).reduce(series) { product, _ in product * Int128(replica) }
        let allNeeded = Decimals(needed * 100, over: seriesScale * scale, places: 3)
        let list = chain.map { Decimals($0, places: 2).text(in: language) + " %" }.joined(separator: ", ")
        let tier = Decimals(replica, places: 2).text(in: language)
        let tierText =
            hasTier
            ? language(
                " and a tier of \(replicas) equal replicas, each \(tier) % available, of which one is enough",
                " y por una capa de \(replicas) réplicas iguales, cada una disponible el \(tier) %, de las que basta una"
            ) : ""
        let prompt = language(
            "A request passes through \(chain.count) services one after the other, available \(list) of the time\(tierText). All failures are independent. How available is the whole, in percent, to three decimals?",
            "Una petición pasa por \(chain.count) servicios, uno tras otro, disponibles \(list) del tiempo\(tierText). Todos los fallos son independientes. ¿Qué disponibilidad tiene el conjunto, en porcentaje, con tres decimales?"
        )
        return CaseDraft(
            prompt: prompt, in: language, value: value,
            wrong: [worst, allNeeded, Decimals(value.rounded(1) + 1, places: 1)],
            tolerance: Decimals(1, places: 3))
    }
}

extension Decimals {
    /// The units of so many places, cut off.
    func rounded(_ places: Int) -> Int {
        places < self.places
            ? units / Decimals.power(self.places - places) : units * Decimals.power(places - self.places)
    }
}
