// swift-tools-version: 6.2
//
// A third endpoint kind from outside, token introspection (RFC 7662), and a fourth whose answers are cached, token
// exchange (RFC 8693). Both are defined and tested on the domain alone; the client that runs them comes at the end.

import PackageDescription

func ours(_ name: String) -> Target.Dependency {
  .product(name: "ServiceToken\(name)", package: "swift-service-tokens")
}

let package = Package(
  name: "Introspection",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-service-tokens", path: "../../..")],
  targets: [
    .target(name: "TokenIntrospection", dependencies: [ours("Domain")]),
    .testTarget(name: "TokenIntrospectionTests", dependencies: ["TokenIntrospection", ours("Domain")]),
    .executableTarget(
      name: "prove",
      dependencies: ["TokenIntrospection", ours("Domain"), ours("Ports"), ours("Client"), ours("InMemory")]),
  ]
)
