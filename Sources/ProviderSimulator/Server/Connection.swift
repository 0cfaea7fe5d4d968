import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The context of a request: its connection, to notice that the client left and to break it off.
struct SimulatorContext: InitializableFromSource, Sendable {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// Rough handling of sockets.
enum Connection {
    /// Closes with a reset: what the other side has not read yet is lost.
    static func reset(_ channel: any Channel) async {
        // A channel that cannot be told to reset, or is closed already, is merely closed.
        if let socket = channel as? any SocketOptionProvider {
            try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        await close(channel)
    }

    /// Closes it; one that is closed already stays so.
    static func close(_ channel: any Channel) async { try? await channel.close() }
}

/// Holds a streamed response's head back until the first bytes of its body, so that both leave in one write, as providers'
/// do; and closes a connection whose client has closed its side, so that an abandoned stream is noticed while it waits.
final class HeadJoiner: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    private var holdsHead = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): holdsHead = head.headerFields[.contentLength] == nil
        case .body, .end: holdsHead = false
        }
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        if !holdsHead { context.flush() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }
}
