// swift-tools-version: 6.2
//
// An endpoint kind from outside, token exchange (RFC 8693), and a second one whose answers are cached. Both are defined on
// the domain alone and tested without a client; the client that runs them comes at the end. `Docs/AddingAnEndpointKind.md`
// walks through it.

import PackageDescription

func ours(_ name: String) -> Target.Dependency {
  .product(name: "ServiceToken\(name)", package: "swift-service-tokens")
}

let package = Package(
  name: "TokenExchange",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-service-tokens", path: "../../..")],
  targets: [
    .target(name: "ExchangeKinds", dependencies: [ours("Domain")]),
    .testTarget(
      name: "ExchangeKindsTests",
      dependencies: ["ExchangeKinds", ours("Domain"), ours("Client"), ours("InMemory")]),
    .executableTarget(
      name: "prove",
      dependencies: ["ExchangeKinds", ours("Domain"), ours("Ports"), ours("Client"), ours("InMemory")]),
  ]
)
