// swift-tools-version: 6.2
//
// Folders are the reader's map, module names are the package's identity: a module called `Domain` would break every
// consumer that has one of its own, so `Sources/Domain` is the target `ServiceTokenDomain`, and so on for each folder.
// The arrows between the targets below are the architecture; `Scripts/check-layers` holds the imports to them.

import Foundation
import PackageDescription

/// Whether libcurl's headers are on this machine. Only the *default* of the trait hangs on it, so that a machine with
/// nothing but the toolchain builds the package too (with URLSession); `--traits Curl` and `--traits URLSession`
/// decide it by hand. SwiftPM remembers the answer: after installing the headers, `swift package purge-cache`, and touch
/// this file.
let curlIsInstalled: Bool = {
  #if os(Linux)
    let roots = ["/usr/include", "/usr/local/include"]
    let multiarch = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map { "/usr/include/\($0)" }
    return (roots + multiarch).contains { FileManager.default.fileExists(atPath: "\($0)/curl/curl.h") }
  #else
    return false
  #endif
}()

let whenCurl = TargetDependencyCondition.when(traits: ["Curl"])
let whenURLSession = TargetDependencyCondition.when(traits: ["URLSession"])

let package = Package(
  name: "swift-service-tokens",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "ServiceTokens", targets: ["ServiceTokens"]),
    .library(name: "ServiceTokenDomain", targets: ["ServiceTokenDomain"]),
    .library(name: "ServiceTokenPorts", targets: ["ServiceTokenPorts"]),
    .library(name: "ServiceTokenClient", targets: ["ServiceTokenClient"]),
    .library(name: "ServiceTokenCurl", targets: ["ServiceTokenCurl"]),
    .library(name: "ServiceTokenFoundation", targets: ["ServiceTokenFoundation"]),
    .library(name: "ServiceTokenSystemClock", targets: ["ServiceTokenSystemClock"]),
    .library(name: "ServiceTokenEnvironment", targets: ["ServiceTokenEnvironment"]),
    .library(name: "ServiceTokenStandardError", targets: ["ServiceTokenStandardError"]),
    .library(name: "ServiceTokenMemberCenter", targets: ["ServiceTokenMemberCenter"]),
    .library(name: "ServiceTokenInMemory", targets: ["ServiceTokenInMemory"]),
    .executable(name: "service-token", targets: ["service-token"]),
  ],
  traits: [
    .trait(name: "Curl", description: "The libcurl transport, the default one on Linux; needs libcurl's headers."),
    .trait(
      name: "URLSession",
      description: "The URLSession transport. Who has libcurl can leave it out, and with it Foundation and its 40 MB."),
    .default(enabledTraits: curlIsInstalled ? ["Curl", "URLSession"] : ["URLSession"]),
  ],
  targets: [
    // Domain: the standard library alone.
    .target(name: "ServiceTokenDomain", path: "Sources/Domain"),

    // Ports: what the domain asks of the world.
    .target(name: "ServiceTokenPorts", dependencies: ["ServiceTokenDomain"], path: "Sources/Ports"),

    // Adapters: each one port, each on its own.
    .systemLibrary(
      name: "CCurl", path: "Sources/Adapters/CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"]), .yum(["libcurl-devel"]), .brew(["curl"])]),
    .target(
      name: "CurlShims", dependencies: [.target(name: "CCurl", condition: whenCurl)],
      path: "Sources/Adapters/CurlShims"),
    .target(
      name: "ServiceTokenCurl",
      dependencies: [
        "ServiceTokenDomain", "ServiceTokenPorts",
        .target(name: "CCurl", condition: whenCurl), .target(name: "CurlShims", condition: whenCurl),
      ],
      path: "Sources/Adapters/Curl"),
    .target(
      name: "ServiceTokenFoundation", dependencies: ["ServiceTokenDomain", "ServiceTokenPorts"],
      path: "Sources/Adapters/Foundation"),
    .target(
      name: "ServiceTokenSystemClock", dependencies: ["ServiceTokenDomain", "ServiceTokenPorts"],
      path: "Sources/Adapters/SystemClock"),
    .target(
      name: "ServiceTokenEnvironment", dependencies: ["ServiceTokenDomain", "ServiceTokenPorts"],
      path: "Sources/Adapters/Environment"),
    .target(
      name: "ServiceTokenStandardError", dependencies: ["ServiceTokenDomain", "ServiceTokenPorts"],
      path: "Sources/Adapters/StandardError"),
    .target(
      name: "ServiceTokenMemberCenter", dependencies: ["ServiceTokenDomain", "ServiceTokenPorts"],
      path: "Sources/Adapters/MemberCenter"),
    .target(
      name: "ServiceTokenInMemory", dependencies: ["ServiceTokenDomain", "ServiceTokenPorts"],
      path: "Sources/Adapters/InMemory"),

    // Composition: the runtime, the one library that names adapters, the command.
    .target(
      name: "ServiceTokenClient", dependencies: ["ServiceTokenDomain", "ServiceTokenPorts"],
      path: "Sources/Composition/Client"),
    .target(
      name: "ServiceTokens",
      dependencies: [
        "ServiceTokenDomain", "ServiceTokenPorts", "ServiceTokenClient",
        "ServiceTokenSystemClock", "ServiceTokenEnvironment", "ServiceTokenStandardError", "ServiceTokenMemberCenter",
        .target(name: "ServiceTokenCurl", condition: whenCurl),
        .target(name: "ServiceTokenFoundation", condition: whenURLSession),
      ],
      path: "Sources/Composition/Defaults"),
    .executableTarget(
      name: "service-token",
      dependencies: [
        "ServiceTokenDomain", "ServiceTokenPorts", "ServiceTokenClient",
        "ServiceTokenSystemClock", "ServiceTokenEnvironment", "ServiceTokenStandardError", "ServiceTokenMemberCenter",
        "ServiceTokenInMemory", "ServiceTokens",
        .target(name: "ServiceTokenCurl", condition: whenCurl),
        .target(name: "ServiceTokenFoundation", condition: whenURLSession),
      ],
      path: "Sources/Composition/CommandLine"),

    // Tests mirror the layers.
    .target(name: "TestProcesses", path: "Tests/Processes"),
    .target(
      name: "TestSupport",
      dependencies: [
        "ServiceTokenDomain", "ServiceTokenPorts", "ServiceTokenFoundation",
        .target(name: "ServiceTokenCurl", condition: whenCurl),
      ],
      path: "Tests/Support"),
    .executableTarget(
      name: "service-token-hostile-server",
      dependencies: ["ServiceTokenDomain", "ServiceTokenInMemory", "TestSupport"],
      path: "Tests/HostileServer"),
    .executableTarget(
      name: "service-token-soak",
      dependencies: [
        "ServiceTokenDomain", "ServiceTokenPorts", "ServiceTokenClient", "ServiceTokenSystemClock", "TestProcesses",
        .target(name: "ServiceTokenCurl", condition: whenCurl),
      ],
      path: "Tests/Soak"),
    .target(name: "BenchmarkShims", path: "Tests/Benchmarks/Shims"),
    .executableTarget(
      name: "service-token-benchmarks",
      dependencies: [
        // The command, so that the one whose start is measured is built too.
        "BenchmarkShims", "TestProcesses", "service-token",
        "ServiceTokenDomain", "ServiceTokenPorts", "ServiceTokenClient", "ServiceTokenFoundation",
        "ServiceTokenSystemClock",
        .target(name: "ServiceTokenCurl", condition: whenCurl),
      ],
      path: "Tests/Benchmarks", exclude: ["Shims", "Peers", "compare"]),
    .executableTarget(
      name: "service-token-simulation",
      dependencies: ["ServiceTokenDomain", "ServiceTokenPorts", "ServiceTokenClient"],
      path: "Tests/Simulation"),
    .executableTarget(name: "service-token-interop", dependencies: ["ServiceTokens"], path: "Tests/Interop/Library"),
    .testTarget(
      name: "DomainTests", dependencies: ["ServiceTokenDomain", "TestSupport"], path: "Tests/DomainTests",
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "AdapterTests",
      dependencies: [
        "ServiceTokenDomain", "ServiceTokenPorts", "ServiceTokenFoundation", "ServiceTokenSystemClock",
        "ServiceTokenEnvironment",
        "ServiceTokenStandardError", "ServiceTokenMemberCenter", "ServiceTokenInMemory", "TestSupport",
        .target(name: "ServiceTokenCurl", condition: whenCurl),
      ],
      path: "Tests/AdapterTests"),
    .testTarget(
      name: "ClientTests",
      dependencies: [
        "ServiceTokenDomain", "ServiceTokenPorts", "ServiceTokenClient", "ServiceTokenInMemory",
        "ServiceTokenMemberCenter", "ServiceTokenFoundation", "ServiceTokenSystemClock", "TestSupport",
        .target(name: "ServiceTokenCurl", condition: whenCurl),
      ],
      path: "Tests/ClientTests"),
    .testTarget(
      name: "CompositionTests",
      dependencies: [
        "ServiceTokens", "ServiceTokenDomain", "ServiceTokenPorts", "ServiceTokenClient", "ServiceTokenInMemory",
        "ServiceTokenMemberCenter", "service-token", "TestSupport", "TestProcesses",
      ],
      path: "Tests/CompositionTests"),
    .testTarget(
      name: "DocumentationTests",
      dependencies: [
        "ServiceTokens", "ServiceTokenDomain", "ServiceTokenPorts", "ServiceTokenClient", "ServiceTokenInMemory",
        "ServiceTokenMemberCenter", "ServiceTokenEnvironment", "ServiceTokenStandardError", "ServiceTokenSystemClock",
        "TestSupport",
      ],
      path: "Tests/DocumentationTests"),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      // SE-0335: an existential costs, so it is spelled.
      .enableUpcomingFeature("ExistentialAny"),
      // SE-0444: what a file uses, it imports.
      .enableUpcomingFeature("MemberImportVisibility"),
      // SE-0409: an import is not part of the API unless it says so.
      .enableUpcomingFeature("InternalImportsByDefault"),
      // SE-0461: an async call stays on its caller's executor; the hop costs more than a cached read.
      .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
      // SE-0470
      .enableUpcomingFeature("InferIsolatedConformances"),
      // SE-0458: every unsafe construct is marked where it stands.
      .strictMemorySafety(),
    ]
}
