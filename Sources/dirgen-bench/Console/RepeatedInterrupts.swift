import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Every Ctrl-C, SIGTERM and hang-up as a call, until stopped: for work that counts them itself.
struct RepeatedInterrupts {
    private let sources: [any DispatchSourceSignal]

    init(_ handle: @escaping @Sendable () -> Void) {
        sources = InterruptSignals.heard.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler(handler: handle)
            source.resume()
            return source
        }
    }

    func stop() {
        for source in sources { source.cancel() }
        for number in InterruptSignals.heard { signal(number, SIG_DFL) }
    }
}
