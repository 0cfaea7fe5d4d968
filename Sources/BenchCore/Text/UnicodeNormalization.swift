// The standard library has no public normalisation, and FoundationEssentials none either: this file alone needs Foundation for it.
import Foundation

extension String {
    /// The text in Unicode normalisation form C, so that `é` and `e` + U+0301 are the same bytes.
    package var nfc: String {
        // Scalars below U+0300 (UTF-8 lead byte 0xCC) are already composed and combine with nothing before them.
        utf8.allSatisfy { $0 < 0xCC } ? self : precomposedStringWithCanonicalMapping
    }

    /// The text in normalisation form D: letters and their marks apart.
    var nfd: String { decomposedStringWithCanonicalMapping }
}
