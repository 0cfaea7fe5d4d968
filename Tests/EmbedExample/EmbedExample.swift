import DirGenCore
@main struct EmbedExample { static func main() async {} }
