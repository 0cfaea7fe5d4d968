// The standard library has no public normalisation: this file alone needs Foundation.
import Foundation

extension String {
    /// Normalisation form KD: letters and their marks apart, ligatures as letters.
    var decomposedForComparison: String { decomposedStringWithCompatibilityMapping }
}
