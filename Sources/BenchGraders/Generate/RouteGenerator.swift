import LLMCore

/// The maker of deliveries: one vehicle, roads, parcels, and the least distance.
enum RouteGenerator: CaseGenerator {
    static let name = "fresh-route"

    private static let places = ["Alba", "Brezo", "Cima", "Duna", "Estero", "Fuente", "Granja"]

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let places = draw.sample([3, 4, 5, 6, 7][level - 1], of: places)
        var roads: [RouteSearch.Road] = []
        // A tree first, so that every place can be reached; then shortcuts.
        for end in places.indices.dropFirst() {
            roads.append(.init(start: draw.int(0...(end - 1)), end: end, length: draw.int(2...9)))
        }
        for _ in 0..<(level / 2) {
            let ends = draw.sample(2, of: Array(places.indices)).sorted()
            guard !roads.contains(where: { [$0.start, $0.end] == ends }) else { continue }
            roads.append(.init(start: ends[0], end: ends[1], length: draw.int(2...9)))
        }
        let parcels = (0..<[1, 2, 2, 3, 3][level - 1]).map { _ in
            let ends = draw.sample(2, of: Array(places.indices))
            return RouteSearch.Parcel(from: ends[0], to: ends[1])
        }
        let search = RouteSearch(
            places: places.count, roads: roads, parcels: parcels, start: 0, capacity: level > 3 ? 2 : 1)
        let steps = search.steps()
        guard let last = steps.last, steps.count > parcels.count * 2 else { return nil }
        let distance = search.distance(of: steps)

        func text(_ step: RouteSearch.Step) -> JSONValue {
            switch step {
            case .drive(let place): ["action": "drive", "truck": "van", "to": .string(places[place])]
            case .load(let parcel): ["action": "load", "truck": "van", "package": .string("p\(parcel + 1)")]
            case .unload(let parcel): ["action": "unload", "truck": "van", "package": .string("p\(parcel + 1)")]
            }
        }
        func answer(_ steps: [RouteSearch.Step]) -> String { JSONValue.array(steps.map(text)).text.fenced("json") }
        // One road too many at the end, or the last parcel left in the van.
        var longer = steps
        if let place = search.neighbours(of: search.place(after: steps)).first { longer.append(.drive(place)) }
        var early = steps
        if case .unload = last { early.removeLast() }
        return CaseDraft(
            prompt: prompt(places, search, language), reference: answer(steps),
            badAnswers: [answer(longer), answer(early)],
            assertions: [assertion(places, search, distance)])
    }

    private static func prompt(_ places: [String], _ search: RouteSearch, _ language: FreshLanguage) -> String {
        let roads = search.roads.map { "\(places[$0.start])-\(places[$0.end]) \($0.length) km" }.joined(separator: ", ")
        let parcels = search.parcels.enumerated().map { index, parcel in
            language(
                "p\(index + 1) from \(places[parcel.from]) to \(places[parcel.to])",
                "p\(index + 1) de \(places[parcel.from]) a \(places[parcel.to])")
        }.joined(separator: "; ")
        let capacity = search.capacity
        return language(
            """
            A van starts at \(places[search.start]) and carries at most \(capacity) at a time. Roads, usable both ways: \(roads).
            Parcels: \(parcels).
            Deliver all with the least total distance. Answer with one JSON array of steps in order: {"action":"drive","truck":"van","to":PLACE} \
            (one road), {"action":"load","truck":"van","package":P} and {"action":"unload","truck":"van","package":P} (where the van is).
            """,
            """
            Una furgoneta empieza en \(places[search.start]) y lleva como mucho \(capacity) a la vez. Carreteras, en ambos sentidos: \(roads).
            Paquetes: \(parcels).
            Entrégalos todos con la menor distancia total. Responde con un array JSON de pasos en orden: {"action":"drive","truck":"van","to":LUGAR} \
            (una carretera), {"action":"load","truck":"van","package":P} y {"action":"unload","truck":"van","package":P} (donde esté la furgoneta).
            """)
    }

    private static func assertion(_ places: [String], _ search: RouteSearch, _ distance: Int) -> JSONValue {
        let parcels = search.parcels.enumerated()
        return [
            "type": "plan", "world": "transport",
            "roads": .array(
                search.roads.map { [.string(places[$0.start]), .string(places[$0.end]), JSONValue($0.length)] }),
            "trucks": ["van": ["at": .string(places[search.start]), "capacity": JSONValue(search.capacity)]],
            "packages": .object(
                JSONObject(
                    parcels.map { .init(key: "p\($0 + 1)", value: ["at": .string(places[$1.from]), "size": 1]) })),
            "goal": .object(JSONObject(parcels.map { .init(key: "p\($0 + 1)", value: .string(places[$1.to])) })),
            "optimal": JSONValue(distance),
        ]
    }
}

/// A search for the shortest delivery by Dijkstra's algorithm over the places of the vehicle and of all parcels.
struct RouteSearch {
    struct Road {
        let start: Int
        let end: Int
        let length: Int
    }
    struct Parcel {
        let from: Int
        let to: Int
    }
    enum Step: Hashable {
        case drive(Int)
        case load(Int)
        case unload(Int)
    }
    private struct State: Hashable {
        var place: Int
        /// `nil` in the vehicle.
        var parcels: [Int?]
    }

    let places: Int
    let roads: [Road]
    let parcels: [Parcel]
    let start: Int
    let capacity: Int

    func neighbours(of place: Int) -> [Int] {
        roads.compactMap { $0.start == place ? $0.end : $0.end == place ? $0.start : nil }
    }

    private func length(_ start: Int, _ end: Int) -> Int {
        roads.first { [$0.start, $0.end] == [start, end] || [$0.end, $0.start] == [start, end] }?.length ?? 0
    }

    func steps() -> [Step] {
        let first = State(place: start, parcels: parcels.map(\.from))
        let goal = parcels.map { Optional($0.to) }
        var distances = [first: 0]
        var origins: [State: (state: State, step: Step)] = [:]
        var buckets = [0: [first]]
        var distance = 0
        while let open = buckets[distance] {
            var (states, index) = (open, 0)
            while index < states.count {
                let state = states[index]
                index += 1
                guard distances[state] == distance else { continue }
                if state.parcels == goal { return path(to: state, origins) }
                for (step, next, length) in successors(of: state) {
                    guard distances[next].map({ distance + length < $0 }) ?? true else { continue }
                    distances[next] = distance + length
                    origins[next] = (state, step)
                    if length == 0 { states.append(next) } else { buckets[distance + length, default: []].append(next) }
                }
            }
            buckets[distance] = nil
            distance = buckets.keys.min() ?? distance
        }
        return []
    }

    private func path(to state: State, _ origins: [State: (state: State, step: Step)]) -> [Step] {
        var steps: [Step] = []
        var state = state
        while let origin = origins[state] {
            steps.append(origin.step)
            state = origin.state
        }
        return steps.reversed()
    }

    private func successors(of state: State) -> [(Step, State, Int)] {
        var found: [(Step, State, Int)] = []
        let load = state.parcels.count { $0 == nil }
        for index in parcels.indices {
            var next = state
            if state.parcels[index] == nil {
                next.parcels[index] = state.place
                found.append((.unload(index), next, 0))
            } else if state.parcels[index] == state.place, load < capacity {
                next.parcels[index] = nil
                found.append((.load(index), next, 0))
            }
        }
        for place in neighbours(of: state.place) {
            var next = state
            next.place = place
            found.append((.drive(place), next, length(state.place, place)))
        }
        return found
    }

    func place(after steps: [Step]) -> Int {
        steps.reduce(start) { place, step in if case .drive(let next) = step { next } else { place } }
    }

    func distance(of steps: [Step]) -> Int {
        var (place, distance) = (start, 0)
        for case .drive(let next) in steps {
            distance += length(place, next)
            place = next
        }
        return distance
    }
}
