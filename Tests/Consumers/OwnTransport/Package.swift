// swift-tools-version: 6.2
//
// A team with a transport and a secret store of its own. It takes the client, the clock and the logger, and neither
// compiles nor links what it replaced: libcurl and URLSession.

import PackageDescription

let ours = ["Client", "SystemClock", "StandardError", "Ports", "Domain"]

let package = Package(
  name: "OwnTransport",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-service-tokens", path: "../../..")],
  targets: [
    .target(
      name: "Team",
      dependencies: [
        .product(name: "ServiceTokenPorts", package: "swift-service-tokens"),
        .product(name: "ServiceTokenDomain", package: "swift-service-tokens"),
      ]),
    .executableTarget(
      name: "prove",
      dependencies: ["Team"]
        + ours.map { .product(name: "ServiceToken\($0)", package: "swift-service-tokens") }),
  ]
)
