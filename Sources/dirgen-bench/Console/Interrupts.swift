import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Hears the first Ctrl-C, SIGTERM or hang-up; the second ends the process as it always did.
struct Interrupts {
    private let sources: [any DispatchSourceSignal]

    init(_ onFirst: @escaping @Sendable () -> Void) {
        sources = InterruptSignals.heard.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                signal(number, SIG_DFL)
                onFirst()
            }
            source.resume()
            return source
        }
    }

    func stop() { for source in sources { source.cancel() } }
}
