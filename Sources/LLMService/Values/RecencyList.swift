/// Values under keys, bounded by weight: the least recently used goes first. All operations take constant time.
struct RecencyList<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Node: Sendable {
        var key: Key
        var value: Value
        var weight: Int
        var newer: Int?
        var older: Int?
    }

    let capacity: Int
    private(set) var weight = 0
    private var places: [Key: Int] = [:]
    // Freed places are `nil` and used again.
    private var nodes: [Node?] = []
    private var free: [Int] = []
    private var newest: Int?
    private var oldest: Int?

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { places.count }

    /// The value, which is now the most recently used.
    mutating func use(_ key: Key) -> Value? {
        guard let place = places[key], let node = nodes[place] else { return nil }
        if newest != place {
            unlink(place)
            link(place)
        }
        return node.value
    }

    /// Keeps a value, in place of an earlier one, unless it alone outweighs the capacity.
    mutating func insert(_ value: Value, for key: Key, weight: Int) {
        remove(key)
        guard weight <= capacity else { return }
        while self.weight + weight > capacity, let oldest, let node = nodes[oldest] { remove(node.key) }
        let node = Node(key: key, value: value, weight: weight)
        let place: Int
        if let freed = free.popLast() {
            place = freed
            nodes[place] = node
        } else {
            place = nodes.count
            nodes.append(node)
        }
        places[key] = place
        self.weight += weight
        link(place)
    }

    mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        unlink(place)
        weight -= nodes[place]?.weight ?? 0
        nodes[place] = nil
        free.append(place)
    }

    private mutating func link(_ place: Int) {
        nodes[place]?.older = newest
        nodes[place]?.newer = nil
        if let newest { nodes[newest]?.newer = place }
        newest = place
        if oldest == nil { oldest = place }
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (nodes[place]?.newer, nodes[place]?.older)
        if let newer { nodes[newer]?.older = older } else { newest = older }
        if let older { nodes[older]?.newer = newer } else { oldest = newer }
    }
}
