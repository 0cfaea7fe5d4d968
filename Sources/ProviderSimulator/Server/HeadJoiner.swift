import HTTPTypes
import NIOCore
import NIOHTTPTypes

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
