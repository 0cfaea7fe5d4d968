import LLMCore

/// The maker of partitions: shards, keys that move, consumers and a hash ring.
enum PartitionGenerator: CaseGenerator {
    static let name = "fresh-partition"

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        switch level {
        case 1:
            let (data, shard) = (draw.int(200...9_000), draw.int(20...150))
            let value = (data + shard - 1) / shard
            return number(
                language(
                    "A table of \(data) GB is split into shards of at most \(shard) GB. How many shards are needed at least?",
                    "Una tabla de \(data) GB se reparte en fragmentos de como mucho \(shard) GB. ¿Cuántos fragmentos hacen falta como mínimo?"
                ),
                language, value, [data / shard, value + 1])
        case 2: return consumers(&draw, language)
        case 3: return moving(&draw, language)
        default: return ring(&draw, level, language)
        }
    }

    private static func number(_ prompt: String, _ language: FreshLanguage, _ value: Int, _ wrong: [Int]) -> CaseDraft {
        CaseDraft(
            prompt: prompt, in: language, value: Decimals(value),
            wrong: wrong.filter { $0 != value }.map { Decimals($0) })
    }

    private static func consumers(_ draw: inout Draw, _ language: FreshLanguage) -> CaseDraft {
        let (partitions, consumers, rate) = (draw.int(10...90), draw.int(3...14), draw.int(2...30) * 10)
        let most = (partitions + consumers - 1) / consumers
        return number(
            language(
                "A topic has \(partitions) partitions with \(rate) messages a second each, spread over \(consumers) consumers as evenly as whole partitions allow. How many messages a second must the busiest consumer handle?",
                "Un tema tiene \(partitions) particiones con \(rate) mensajes por segundo cada una, repartidas entre \(consumers) consumidores tan por igual como permiten las particiones enteras. ¿Cuántos mensajes por segundo debe atender el consumidor más cargado?"
            ),
            language, most * rate, [partitions * rate / consumers, (most - 1) * rate, (most + 1) * rate])
    }

    private static func moving(_ draw: inout Draw, _ language: FreshLanguage) -> CaseDraft {
        let (old, added) = (draw.int(3...9), draw.int(1...3))
        let keys = draw.int(10...60) * 10
        let value = (0..<keys).count { $0 % old != $0 % (old + added) }
        return number(
            language(
                "Keys 0 to \(keys - 1) are placed on shard key mod \(old). Then there are \(old + added) shards and the rule becomes key mod \(old + added). How many keys change their shard number?",
                "Las claves 0 a \(keys - 1) están en el fragmento clave mod \(old). Después hay \(old + added) fragmentos y la regla pasa a ser clave mod \(old + added). ¿Cuántas claves cambian de número de fragmento?"
            ),
            language, value, [keys - value, keys * added / (old + added), value + 1])
    }

    /// Each key belongs to the first node at or after it, around a ring of 1000 places.
    private static func ring(_ draw: inout Draw, _ level: Int, _ language: FreshLanguage) -> CaseDraft? {
        let nodes = draw.sample(level == 4 ? 4 : 7, of: (0...99).map { $0 * 10 }).sorted()
        let keys = draw.sample(level == 4 ? 8 : 14, of: Array(0...999))
        let lost = draw.pick(nodes)
        func owner(_ key: Int, _ nodes: [Int]) -> Int { nodes.first { $0 >= key } ?? nodes.first ?? 0 }
        let heir = owner(lost + 1, nodes.filter { $0 != lost })
        let left = nodes.filter { $0 != lost }
        let value = keys.count { owner($0, left) == heir }
        let before = keys.count { owner($0, nodes) == heir }
        guard value != before else { return nil }
        let list = { (numbers: [Int]) in numbers.map(String.init).joined(separator: ", ") }
        return number(
            language(
                "A hash ring has places 0 to 999. Nodes sit at \(list(nodes)); a key belongs to the first node at its place or after it, and after the last node comes the first again. The keys hash to \(list(keys)). Node \(lost) fails, and its keys go on to the next node. How many of these keys does that next node have then?",
                "Un anillo de hash tiene los puestos 0 a 999. Los nodos están en \(list(nodes)); una clave pertenece al primer nodo en su puesto o después, y tras el último nodo vuelve el primero. Las claves caen en \(list(keys)). El nodo \(lost) falla y sus claves pasan al siguiente. ¿Cuántas de estas claves tiene entonces ese nodo siguiente?"
            ),
            language, value, [before, value - before, value + 1])
    }
}
