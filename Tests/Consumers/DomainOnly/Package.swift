// swift-tools-version: 6.2
//
// An application with a domain of its own, in a module that is called just that. It is written against
// `ServiceTokenProvider`, and compiles one module of ours: which client stands behind it is somebody else's business.

import PackageDescription

let package = Package(
  name: "DomainOnly",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-service-tokens", path: "../../..")],
  targets: [
    .target(name: "Domain"),
    .target(
      name: "Application",
      dependencies: ["Domain", .product(name: "ServiceTokenDomain", package: "swift-service-tokens")]),
    .executableTarget(
      name: "prove",
      dependencies: [
        "Domain", "Application", .product(name: "ServiceTokenDomain", package: "swift-service-tokens"),
      ]),
  ]
)
