import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// The files of a server's certificate chain and private key, in PEM.
package struct CertificateFiles: Sendable, Hashable {
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// - Throws: An error in words, for files that cannot be read or do not belong together.
    func context() throws(CertificateError) -> NIOSSLContext {
        let chain: [NIOSSLCertificateSource]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
        } catch {
            throw CertificateError(message: "\(certificate) is no readable certificate in PEM")
        }
        let privateKey: NIOSSLPrivateKeySource
        do {
            privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        } catch {
            throw CertificateError(message: "\(key) is no readable private key in PEM")
        }
        do {
            return try NIOSSLContext(
                configuration: .makeServerConfiguration(certificateChain: chain, privateKey: privateKey))
        } catch {
            throw CertificateError(message: "\(certificate) and \(key) do not belong together")
        }
    }
}

/// A server's certificate that cannot be used.
package struct CertificateError: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}

/// The certificate that new connections are shown; replaced when its files change, so that a renewal needs no restart.
final class Certificates: Sendable {
    private let files: CertificateFiles
    private let context: Mutex<NIOSSLContext>
    private let logger: Logger

    init(_ files: CertificateFiles, logger: Logger) throws(CertificateError) {
        self.files = files
        self.logger = logger
        context = Mutex(try files.context())
    }

    var current: NIOSSLContext { context.withLock(\.self) }

    /// The files of the certificate. Ones that do not fit change nothing, and are said once.
    var watched: FileWatch.Group {
        FileWatch.Group(paths: { [files] in [files.certificate, files.key] }, changed: { [self] in replace() })
    }

    private func replace() {
        do throws(CertificateError) {
            let replacement = try files.context()
            context.withLock { $0 = replacement }
            logger.notice("certificate replaced", metadata: ["file": "\(files.certificate)"])
        } catch {
            logger.warning("certificate not replaced: \(error.message)")
        }
    }
}

/// A connection under TLS, with the certificate of the moment it began.
struct SecureChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let certificates: Certificates

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        do {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificates.current))
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return base.setup(channel: channel, logger: logger)
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
