import LLMCore

/// The dashboard's page: one document with its own style and script, which needs nothing but the server.
///
/// String literals: an embedded resource becomes an array literal, which takes seconds to optimise in every release build.
enum DashboardPage {
    /// The whole document.
    static let document = frame.replacing("{{style}}", with: style, maxReplacements: 1)
        .replacing("{{script}}", with: script, maxReplacements: 1)

    static let style = styleOfFrame + styleOfViews

    /// The parts of the script share one scope.
    static let script =
        "\"use strict\";\n(() => {\n"
        + [
            scriptOfValues, scriptOfCharts, scriptOfOverview, scriptOfCalls, scriptOfHealth, scriptOfModels,
            scriptOfRuns, scriptOfStart,
        ]
        .joined() + "})();\n"

    /// Its own script and style, no other address than the server's, no frame around it; and no text becomes markup by mistake.
    static let policy = [
        "default-src 'none'", "script-src '\(ContentHash.integrity(script))'",
        "style-src '\(ContentHash.integrity(style))'", "connect-src 'self'", "img-src data:", "base-uri 'none'",
        "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")
}
