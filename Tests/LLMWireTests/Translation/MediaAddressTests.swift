import LLMCore
import Testing

@testable import LLMWire

@Suite("Data addresses and the names of media types", .timeLimit(.minutes(1)))
struct MediaAddressTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// The caller's content, of chat completions.
        var content: String
        var target: WireDialect
        /// A part of the provider's request, as it stands there.
        var sent: String
        var testDescription: String { "\(name) to \(target.rawValue)" }
    }

    private static func image(_ url: String) -> String { #"{"type":"image_url","image_url":{"url":"\#(url)"}}"# }
    private static func file(_ data: String) -> String {
        #"{"type":"file","file":{"filename":"a.txt","file_data":"\#(data)"}}"#
    }
    private static func source(_ type: String) -> String {
        #"{"type":"image","source":{"type":"base64","media_type":"\#(type)","data":"iVBO"}}"#
    }
    private static func inline(_ type: String, _ data: String = "iVBO") -> String {
        #"{"inlineData":{"mimeType":"\#(type)","data":"\#(data)"}}"#
    }
    private static let document =
        #"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"hé"},"title":"a.txt"}"#

    static let cases: [Case] = [
        .init(
            name: "capitals", content: image("DATA:Image/PNG;BASE64,iVBO"), target: .anthropic,
            sent: source("image/png")),
        .init(
            name: "capitals", content: image("DATA:Image/PNG;BASE64,iVBO"), target: .gemini, sent: inline("image/png")),
        .init(
            name: "capitals", content: image("DATA:Image/PNG;BASE64,iVBO"), target: .openaiResponses,
            sent: #"{"type":"input_image","image_url":"data:Image/PNG;base64,iVBO"}"#),
        .init(
            name: "an image's parameters", content: image("data:image/png;name=a.png;base64,iVBO"), target: .anthropic,
            sent: source("image/png")),
        .init(
            name: "image/jpg", content: image("data:image/jpg;base64,iVBO"), target: .anthropic,
            sent: source("image/jpeg")),
        .init(
            name: "image/jpg", content: image("data:image/jpg;base64,iVBO"), target: .gemini, sent: inline("image/jpeg")
        ),
        .init(
            name: "a text in UTF-8", content: file("data:text/plain;charset=UTF-8;base64,aMOp"), target: .anthropic,
            sent: document),
        .init(
            name: "a text in UTF-8", content: file("data:text/plain; charset=\\\"utf-8\\\" ;base64,aMOp"),
            target: .gemini, sent: inline("text/plain", "aMOp")),
        .init(
            name: "a text that is not in base 64", content: file("data:text/plain,h%C3%A9"), target: .anthropic,
            sent: document),
        .init(
            name: "a text that is not in base 64", content: file("data:text/csv,a%2Cb"), target: .gemini,
            sent: inline("text/csv", "YSxi")),
        .init(
            name: "a PDF with a name", content: file("data:application/pdf;name=a.pdf;base64,JVBERg=="),
            target: .anthropic,
            sent:
                #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="},"title":"a.txt"}"#
        ),
        // The rate is a part of what it is.
        .init(
            name: "sound with a rate", content: file("data:audio/L16;rate=24000;base64,AAEC"), target: .gemini,
            sent: inline("audio/l16;rate=24000", "AAEC")),
    ]

    private static func body(_ content: String) -> [UInt8] {
        Array(#"{"model":"m","messages":[{"role":"user","content":[\#(content)]}]}"#.utf8)
    }

    @Test("they are read as the standard has them, and written as the target knows them", arguments: cases)
    func written(_ row: Case) throws {
        let client = try RequestDecoder.decode(Self.body(row.content), flavour: .gatewayChat)
        let request = try RequestEncoder.encode(client.request, model: "m", dialect: row.target, quirks: .generic)
        let body = String(decoding: request.body, as: UTF8.self)
        // Escapes are ours to choose.
        #expect(body.contains(try JSONValue.parse(Array(row.sent.utf8)).text), "\(body)")
    }

    @Test("a text in letters that the target does not read is refused by its name")
    func otherCharset() throws {
        let client = try RequestDecoder.decode(
            Self.body(Self.file("data:text/plain;charset=utf-16;base64,aABpAA==")), flavour: .gatewayChat)
        let error = #expect(throws: WireError.self) {
            try RequestEncoder.encode(client.request, model: "m", dialect: .anthropic, quirks: .generic)
        }
        #expect(error?.message.contains("messages[0].content[0] file text/plain;charset=utf-16") == true)
    }

    @Test("an image's media type in the other dialects' own form is written so, too")
    func ownForms() throws {
        let anthropic =
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/jpg","data":"iVBO"}}]}]}"#
        let gemini = #"{"contents":[{"parts":[{"inlineData":{"mimeType":"IMAGE/jpg","data":"iVBO"}}]}]}"#
        let first = try RequestDecoder.decode(Array(anthropic.utf8), flavour: .gatewayAnthropic)
        let toGemini = try RequestEncoder.encode(first.request, model: "m", dialect: .gemini, quirks: .generic)
        #expect(String(decoding: toGemini.body, as: UTF8.self).contains(Self.inline("image/jpeg")))
        let second = try RequestDecoder.decode(Array(gemini.utf8), flavour: .gatewayGemini, pathModel: "m")
        let toAnthropic = try RequestEncoder.encode(second.request, model: "m", dialect: .anthropic, quirks: .generic)
        #expect(String(decoding: toAnthropic.body, as: UTF8.self).contains(Self.source("image/jpeg")))
    }
}
