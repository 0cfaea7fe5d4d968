import NIOCore
import NIOPosix
package import NIOSSL
import Synchronization

/// The trust roots of all encrypted connections, read once, on a thread that may block.
package final class SecurityContext: Sendable {
    private let configuration: TLSConfiguration
    private let made = Mutex<[CertificateVerification: NIOSSLContext]>([:])

    package init(_ configuration: TLSConfiguration) {
        var configuration = configuration
        // Whoever closes has read what it wanted: a server that does not say goodbye keeps no connection.
        configuration.shutdownTimeout = .milliseconds(100)
        self.configuration = configuration
    }

    /// - Parameter verification: What is verified of a server's certificate.
    func context(
        verifying verification: CertificateVerification, on loop: any EventLoop
    ) -> EventLoopFuture<NIOSSLContext> {
        if let context = made.withLock({ $0[verification] }) { return loop.makeSucceededFuture(context) }
        return NIOThreadPool.singleton.runIfActive(eventLoop: loop) { [self] in
            var configuration = configuration
            configuration.certificateVerification = verification
            let context = try NIOSSLContext(configuration: configuration)
            made.withLock { $0[verification] = context }
            return context
        }
    }
}
