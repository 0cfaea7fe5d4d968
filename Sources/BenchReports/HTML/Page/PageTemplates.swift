/// The files of the HTML report's page: its frame, style and script.
///
/// String literals: an embedded resource becomes an array literal, which takes seconds to optimise in every release build.
enum PageTemplates {}
