import NIOCore

/// The connections of a pool by target, and the requests that wait for one; used on their event loop alone.
final class PooledConnections {
    /// Those to one target.
    private struct Open {
        /// Being dialled, in use and idle.
        var count = 0
        /// The one that was used last is at the end, and is used next.
        var idle: [HTTP1Connection] = []
        private(set) var waiting = CircularBuffer<HTTP1Exchange>()
        /// At so many requests in line, those that have left it are taken out: they hold their readers.
        private var sweptAt = 64

        mutating func line(up exchange: HTTP1Exchange) {
            if waiting.count >= sweptAt {
                waiting.removeAll { $0.isOver }
                sweptAt = max(64, waiting.count * 2)
            }
            waiting.append(exchange)
        }

        /// The request that has waited longest, if one still does.
        mutating func next() -> HTTP1Exchange? {
            while let next = waiting.popFirst() {
                if !next.isOver { return next }
            }
            return nil
        }
    }

    /// A connection that is being dialled.
    private struct Dial {
        let exchange: HTTP1Exchange
        /// `nil` while a name is looked up, which nothing ends.
        var channel: (any Channel)?
        var end: EventLoopFuture<Void>?
    }

    private let loop: any EventLoop
    private let configuration: HTTP1ConnectionPool.Configuration
    private let dialer: Dialer
    private var open: [ConnectionTarget: Open] = [:]
    /// Those that are ready.
    private var ready: [ObjectIdentifier: (connection: HTTP1Connection, channel: any Channel)] = [:]
    /// Those that are being dialled, by the requests that they are for.
    private var dialling: [ObjectIdentifier: Dial] = [:]
    private var sweep: Scheduled<Void>?
    private var isShutDown = false

    init(
        on loop: any EventLoop, _ configuration: HTTP1ConnectionPool.Configuration, security: SecurityContext
    ) {
        self.loop = loop
        self.configuration = configuration
        dialer = Dialer(timeout: configuration.connectTimeout, security: security)
    }

    func send(_ exchange: HTTP1Exchange) {
        guard !isShutDown else { return exchange.fail(ConnectionError.cancelled) }
        let target = exchange.target
        while let connection = open[target]?.idle.popLast() {
            // One that has just closed is not counted out yet.
            if connection.isFree { return connection.send(exchange) }
        }
        if open[target, default: Open()].count < configuration.connectionsPerTarget {
            dial(for: exchange)
        } else {
            open[target]?.line(up: exchange)
        }
    }

    // MARK: Dialling

    private func dial(for exchange: HTTP1Exchange) {
        open[exchange.target, default: Open()].count += 1
        let id = ObjectIdentifier(exchange)
        dialling[id] = Dial(exchange: exchange)
        let bound = NIOLoopBound(self, eventLoop: loop)
        let channel = dialer.dial(exchange.target, on: loop) { bound.value.opening($0, for: id) }
        dialling[id]?.end = channel.map { _ in }
        channel.assumeIsolated().whenComplete { result in
            self.dialling[id] = nil
            switch result {
            case .success(let channel): self.opened(channel, for: exchange)
            case .failure(let error):
                exchange.fail(error)
                self.forget(exchange.target)
            }
        }
    }

    private func opening(_ channel: any Channel, for id: ObjectIdentifier) {
        if isShutDown { channel.close(promise: nil) } else { dialling[id]?.channel = channel }
    }

    private func opened(_ channel: any Channel, for exchange: HTTP1Exchange) {
        let connection = HTTP1Connection(to: exchange.target, pool: self)
        do {
            guard !isShutDown else { throw ConnectionError.cancelled }
            guard channel.isActive else { throw ConnectionError.closed }
            try connection.join(channel)
        } catch {
            channel.close(promise: nil)
            exchange.fail(error)
            return forget(exchange.target)
        }
        ready[ObjectIdentifier(connection)] = (connection, channel)
        // Cancelled meanwhile, it leaves the connection to others.
        if exchange.isOver { isFree(connection) } else { connection.send(exchange) }
    }

    /// Of a connection that is no more: another may take its place.
    private func forget(_ target: ConnectionTarget) {
        open[target]?.count -= 1
        if let next = open[target]?.next() { return dial(for: next) }
        if open[target]?.count == 0 { open[target] = nil }
    }

    // MARK: For connections

    func isFree(_ connection: HTTP1Connection) {
        guard !isShutDown else { return connection.fail(ConnectionError.cancelled) }
        if let next = open[connection.target]?.next() { return connection.send(next) }
        connection.idleSince = .now()
        open[connection.target]?.idle.append(connection)
        if sweep == nil { closeIdle(at: connection.idleSince + configuration.idleTimeout) }
    }

    /// Of a connection that its server had left: it left those that have been idle for longer too, and a request that is sent again would
    /// meet one after the other.
    func isStale(_ connection: HTTP1Connection) {
        let older = open[connection.target]?.idle.filter { $0.idleSince <= connection.idleSince } ?? []
        for other in older { other.fail(ConnectionError.closed) }
    }

    func isClosed(_ connection: HTTP1Connection) {
        guard ready.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        open[connection.target]?.idle.removeAll { $0 === connection }
        forget(connection.target)
    }

    // MARK: Closing

    /// Looks for connections that have been idle for too long, once for all of them.
    private func closeIdle(at deadline: NIODeadline) {
        sweep = loop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.sweep = nil
            let latest = NIODeadline.now() - self.configuration.idleTimeout
            let idle = self.open.values.flatMap(\.idle)
            for connection in idle where connection.idleSince <= latest { connection.fail(ConnectionError.closed) }
            let next = idle.lazy.map(\.idleSince).filter { $0 > latest }.min()
            if let next { self.closeIdle(at: next + self.configuration.idleTimeout) }
        }
    }

    func shutdown() -> EventLoopFuture<Void> {
        isShutDown = true
        sweep?.cancel()
        let dials = Array(dialling.values)
        let connections = Array(ready.values)
        for exchange in open.values.flatMap(\.waiting) + dials.map(\.exchange) {
            exchange.fail(ConnectionError.cancelled)
        }
        for dial in dials { dial.channel?.close(promise: nil) }
        for (connection, _) in connections { connection.fail(ConnectionError.cancelled) }
        let ends = dials.compactMap { $0.channel == nil ? nil : $0.end } + connections.map(\.channel.closeFuture)
        return EventLoopFuture.andAllComplete(ends, on: loop)
    }
}
