// swift-tools-version: 6.2
//
// Bridges to swift-log and swift-metrics, as a service would write them: `Docs/Bridges.md` walks through them.
//
// This package depends on neither, so they are compiled against the little of their APIs in `Stubs`. To see that it is
// theirs, build against the real ones:
//
//     SWIFT_LOG=../path/to/swift-log SWIFT_METRICS=../path/to/swift-metrics swift run --package-path Tests/Consumers/Bridges

import Foundation
import PackageDescription

func ours(_ name: String) -> Target.Dependency {
  .product(name: "ServiceToken\(name)", package: "swift-service-tokens")
}

let environment = ProcessInfo.processInfo.environment
let real = environment["SWIFT_LOG"].flatMap { log in environment["SWIFT_METRICS"].map { [log, $0] } }
let theirs: [Target.Dependency] =
  real == nil
  ? ["Logging", "Metrics"]
  : [.product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics")]

let package = Package(
  name: "Bridges",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-service-tokens", path: "../../..")] + (real ?? []).map { .package(path: $0) },
  targets: [
    .target(name: "Bridges", dependencies: [ours("Domain"), ours("Ports"), ours("Client")] + theirs),
    .executableTarget(
      name: "prove",
      dependencies: ["Bridges", ours("Domain"), ours("Ports"), ours("Client"), ours("InMemory")] + theirs),
  ] + (real == nil ? ["Logging", "Metrics"].map { .target(name: $0, path: "Stubs/\($0)") } : [])
)
