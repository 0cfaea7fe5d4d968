import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The signals that ask a program to end: Ctrl-C, a service manager, a closed terminal.
enum InterruptSignals {
    /// Looked at once, before any is handled: under `nohup` a closed terminal is to be survived.
    static let handled: [Int32] = [SIGINT, SIGTERM] + (isIgnored(SIGHUP) ? [] : [SIGHUP])

    /// Runs `body` while Ctrl-C ends the process as it does by default: a prompt is left at once.
    static func byDefault<Value>(_ body: () -> Value) -> Value {
        let handler = signal(SIGINT, SIG_DFL)
        defer { signal(SIGINT, handler) }
        return body()
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        let before = signal(number, SIG_IGN)
        _ = signal(number, before)
        return unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}

/// Handles the first Ctrl-C, SIGTERM or hang-up; the second ends the process as it always did.
struct Interrupts {
    private let sources: [any DispatchSourceSignal]

    init(_ onFirst: @escaping @Sendable () -> Void) {
        sources = InterruptSignals.handled.map { number in
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

/// Every Ctrl-C, SIGTERM and hang-up as a call, until stopped: for work that counts them itself.
struct RepeatedInterrupts {
    private let sources: [any DispatchSourceSignal]

    init(_ handle: @escaping @Sendable () -> Void) {
        sources = InterruptSignals.handled.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler(handler: handle)
            source.resume()
            return source
        }
    }

    func stop() {
        for source in sources { source.cancel() }
        for number in InterruptSignals.handled { signal(number, SIG_DFL) }
    }
}
