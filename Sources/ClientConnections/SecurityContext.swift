import NIOCore
import NIOPosix
package import NIOSSL
import Synchronization

/// The trust roots of all encrypted connections, read once, on a thread that may block.
package final class SecurityContext: Sendable {
    private let configuration: TLSConfiguration
    private let made = Mutex<NIOSSLContext?>(nil)

    package init(_ configuration: TLSConfiguration) { self.configuration = configuration }

    func context(on loop: any EventLoop) -> EventLoopFuture<NIOSSLContext> {
        if let context = made.withLock(\.self) { return loop.makeSucceededFuture(context) }
        return NIOThreadPool.singleton.runIfActive(eventLoop: loop) { [self] in
            let context = try NIOSSLContext(configuration: configuration)
            made.withLock { $0 = context }
            return context
        }
    }
}
