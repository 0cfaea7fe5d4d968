import Foundation
import NIOHTTP1
import Testing

@testable import LLMProviders

@Suite("Encodings of bodies", .timeLimit(.minutes(1)))
struct ContentDecoderTests {
    private static let body = Array(#"{"choices":[],"text":"Grüße 😀"}"#.utf8)
    private static let stream = Array("data: {}\n\ndata: [DONE]\n\n".utf8)

    /// What bytes that come in pieces decode to; `nil` for a fault or a cut.
    private static func decode(_ bytes: [UInt8], _ labels: [String], piece: Int) -> [UInt8]? {
        var headers = HTTPHeaders()
        for label in labels { headers.add(name: "Content-Encoding", value: label) }
        guard ContentDecoder.unreadable(in: headers) == nil else { return nil }
        var decoder = ContentDecoder(headers)
        var out: [UInt8] = []
        do {
            for start in stride(from: 0, to: bytes.count, by: piece) {
                out += try decoder.feed(Array(bytes[start...].prefix(piece)))
            }
            let end = try decoder.finish()
            return end.isCut ? nil : out + end.rest
        } catch {
            return nil
        }
    }

    /// Every valid way to send a body.
    private static func forms(_ body: [UInt8]) -> [([String], [UInt8])] {
        let gzip = Compressed.gzip(body)
        let members = Compressed.gzip(Array(body.prefix(5))) + Compressed.gzip(Array(body.dropFirst(5)), name: "b")
        return [
            (["gzip"], gzip), (["x-gzip"], gzip), (["GZIP"], gzip), (["gzip"], members), (["gzip"], gzip + [0, 0, 0]),
            (["gzip"], gzip + [7]), (["deflate"], Compressed.zlib(body)), (["deflate"], Compressed.raw(body, size: 7)),
            (["deflate"], gzip), (["gzip"], Compressed.zlib(body)), (["gzip, gzip"], Compressed.gzip(gzip)),
            (["gzip", "gzip"], Compressed.gzip(gzip)), (["identity, gzip"], gzip), (["gzip, identity"], gzip),
            (["deflate, gzip"], Compressed.gzip(Compressed.zlib(body))), (["gzip, gzip"], gzip), ([], gzip),
            (["identity"], gzip), (["gzip"], body), (["deflate"], body), (["gzip, gzip"], body), ([], body),
            (["identity"], body), (["utf-8"], body), (["none"], body), ([""], body), (["aws-chunked"], body),
        ]
    }

    @Test(
        "a body is read in every valid form, labelled or not, wherever the network cuts it",
        arguments: [1, 3, 64, 9_999])
    func forms(piece: Int) {
        for body in [Self.body, Self.stream, Array(repeating: 0x61, count: 5_000), Array("{}".utf8)] {
            for (number, (labels, bytes)) in Self.forms(body).enumerated() {
                #expect(Self.decode(bytes, labels, piece: piece) == body, "form \(number) \(labels)")
            }
        }
    }

    @Test("repetitions are undone, of fixed and of own codes")
    func huffman() throws {
        // "abc" ten times, then a hundred and twenty words, as zlib writes them.
        for (base64, count, start) in [
            ("S0xKTsSNAA==", 30, "abcabcabc"),
            (
                "jZBLCsAwCESvkqspDe0igSx6f/qRtg8GQzcioz51vO5W/Aqr9W5lqe3MrY3tiaFE1d/uUBm/GhoIuuVIg8ZcecLmEIjSwYMJoSJA"
                    + "/EcZgq4nXP/CouxRwtRsnKR0jTBjOi/FzHS9OjFZ/WH1hxuKyfxBzwE=", 698, "beta beta gamma delt"
            ),
        ] {
            let bytes = Array(try #require(Data(base64Encoded: base64)))
            let out = Self.decode(bytes, ["deflate"], piece: 2)
            #expect(out?.count == count && out?.starts(with: Array(start.utf8)) == true)
        }
    }

    @Test("what ends early is cut, and what is changed is broken")
    func damaged() {
        let gzip = Compressed.gzip(Self.body)
        for end in 12..<(gzip.count - 8) { #expect(Self.decode(Array(gzip.prefix(end)), ["gzip"], piece: 5) == nil) }
        for place in 11..<(gzip.count - 4) {
            var bytes = gzip
            bytes[place] ^= 0x10
            #expect(Self.decode(bytes, ["gzip"], piece: 5) == nil, "byte \(place)")
        }
    }

    @Test("the size of the output is bounded")
    func bounded() {
        let gzip = Compressed.gzip(Array(repeating: 0x61, count: 10_000))
        for (limit, isTooLong) in [(10_000, false), (9_999, true), (1, true)] {
            var decoder = BodyDecoder(label: .gzip, limit: limit)
            let out = try? decoder.feed(gzip)
            #expect((out == nil) == isTooLong)
        }
    }

    @Test("an encoding that cannot be undone is named", arguments: ["br", "zstd", "compress", "gzip, br", "x"])
    func unreadable(label: String) {
        #expect(ContentDecoder.unreadable(in: ["content-encoding": label.uppercased()]) == label)
        #expect(ContentDecoder.unreadable(in: ["content-encoding": "gzip, gzip, gzip, gzip, gzip"]) != nil)
    }
}
