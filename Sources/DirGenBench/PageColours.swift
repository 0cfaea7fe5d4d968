import BenchReports

/// The colours of the reports, for other pages that shall look like them.
package enum PageColours {
    /// The custom properties of light and dark.
    package static var colours: String { PagePalette.colours }
    /// The marks of models, by colour and form.
    package static var marks: String { PagePalette.marks }
}
