import TestProcesses

/// From starting the command to its end with a token on standard output, and curl's own time for the same request.
enum Startup {
  static let benchmarks = [
    Benchmark(names: ["startup.get", "startup.get.curl"]) { bench in
      let issuer = try bench.issuer()
      let command = bench.options.command ?? ThisProgram.sibling("service-token")
      let scope = Fixture.scopeText()
      let variables = ["MC_ISSUER": issuer, "MC_CLIENT_ID": "benchmark", "MC_CLIENT_SECRET": "secret"]
      let form = "grant_type=client_credentials&scope=\(scope.split(separator: " ").joined(separator: "+"))"
      var curl: [Double] = []
      let samples = try await rounds(201, warmUp: 2) {
        let request = [
          "-sS", "-u", "benchmark:secret", "-H", "Accept: application/json", "-d", form, "\(issuer)/oauth/token",
        ]
        curl.append(try milliseconds("/usr/bin/curl", request))
        return try milliseconds(command, ["get", "--scope", scope], variables: variables)
      }
      return [
        Figure("startup.get", .milliseconds, samples),
        Figure("startup.get.curl", .milliseconds, Array(curl.dropFirst(2))),
      ]
    }
  ]

  private static func milliseconds(
    _ program: String, _ arguments: [String], variables: [String: String] = [:]
  ) throws -> Double {
    let began = nanoseconds()
    _ = try ChildProcess.output(of: program, arguments, variables: variables)
    return (nanoseconds() - began) / 1e6
  }
}
