import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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

    /// Changes when one of the files does.
    fileprivate var stamp: [String] {
        [certificate, key].map { path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return
                "\(attributes?[.modificationDate] ?? "") \(attributes?[.size] ?? "") \(attributes?[.systemFileNumber] ?? "")"
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
    /// The time between two looks at the files.
    static let interval = Duration.seconds(1)

    init(_ files: CertificateFiles, logger: Logger) throws(CertificateError) {
        self.files = files
        self.logger = logger
        context = Mutex(try files.context())
    }

    var current: NIOSSLContext { context.withLock(\.self) }

    /// Watches the files until it is cancelled. Files that do not fit change nothing, and are said once.
    func watch() async {
        var stamp = files.stamp
        while (try? await Task.sleep(for: Self.interval)) != nil {
            let newer = files.stamp
            guard newer != stamp else { continue }
            stamp = newer
            do throws(CertificateError) {
                let replacement = try files.context()
                context.withLock { $0 = replacement }
                logger.notice("certificate replaced", metadata: ["file": "\(files.certificate)"])
            } catch {
                logger.warning("certificate not replaced: \(error.message)")
            }
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
