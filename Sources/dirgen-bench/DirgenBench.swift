import ArgumentParser
@main struct DirgenBench: AsyncParsableCommand {}
