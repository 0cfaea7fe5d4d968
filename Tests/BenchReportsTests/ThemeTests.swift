import BenchReports
import TestSupport
import Testing

/// The colours of both themes, read from the page itself.
@Suite("Both themes can be read", .timeLimit(.minutes(2))) struct ThemeTests {
    private static let colors: [String: (light: Color, dark: Color)] = {
        let html = String(
            decoding: (try? ReportRenderer.bytes(RunFixture(caseCount: 2).model(), as: .html)) ?? [], as: UTF8.self)
        var colors: [String: (Color, Color)] = [:]
        for match in html.matches(of: /--([a-z0-9]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)/) {
            guard let light = Color(match.2), let dark = Color(match.3) else { continue }
            // The palette comes first; looks of failures reuse one name and are read apart.
            let name = match.1 == "f" ? "f\(colors.count)" : String(match.1)
            colors[name] = (light, dark)
        }
        return colors
    }()

    struct Color {
        let luminance: Double
        init?(_ hex: Substring) {
            guard let value = Int(hex, radix: 16) else { return nil }
            func channel(_ shift: Int) -> Double {
                let part = Double(value >> shift & 255) / 255
                return part <= 0.04045 ? part / 12.92 : power((part + 0.055) / 1.055)
            }
            luminance = 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
        }
        func contrast(_ other: Color) -> Double {
            (max(luminance, other.luminance) + 0.05) / (min(luminance, other.luminance) + 0.05)
        }
    }

    @Test("text has a contrast of 4.5 on every ground", arguments: ["text", "muted", "accent", "good", "fair", "bad"])
    func text(_ name: String) throws {
        let color = try #require(Self.colors[name])
        for ground in ["bg", "card", "soft", "tied"] {
            let paper = try #require(Self.colors[ground])
            #expect(
                color.light.contrast(paper.light) >= 4.5,
                "\(name) on \(ground), light: \(color.light.contrast(paper.light))")
            #expect(
                color.dark.contrast(paper.dark) >= 4.5, "\(name) on \(ground), dark: \(color.dark.contrast(paper.dark))"
            )
        }
    }

    @Test("every mark has a contrast of 3 on its card")
    func marks() throws {
        let card = try #require(Self.colors["card"])
        let marks = Self.colors.filter { $0.key.wholeMatch(of: /[cf][0-9]+/) != nil }
        #expect(marks.count == 12 + 14)
        for (name, color) in marks {
            #expect(color.light.contrast(card.light) >= 3, "\(name), light: \(color.light.contrast(card.light))")
            #expect(color.dark.contrast(card.dark) >= 3, "\(name), dark: \(color.dark.contrast(card.dark))")
        }
    }
}

/// x to the power 2.4, as the fifth root of its twelfth power: three digits are enough for a contrast.
private func power(_ x: Double) -> Double {
    let twelfth = (0..<12).reduce(1.0) { value, _ in value * x }
    var root = x * x
    for _ in 0..<60 { root -= (root * root * root * root * root - twelfth) / (5 * root * root * root * root) }
    return root
}
