// swift-tools-version: 6.2
//
// Everything that reads what a stranger wrote, fed with what libFuzzer thinks of. A package of its own, so that the main
// one stays as it is; `Scripts/check-fuzz` builds it with `--sanitize fuzzer`, which instruments the libraries too and
// brings the `main`.

import PackageDescription

let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-service-tokens", path: "../..")],
  targets: [
    // A link to the secrets of the tests, which are the only ones there are.
    .target(name: "Canary"),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "Canary",
        .product(name: "ServiceTokenDomain", package: "swift-service-tokens"),
        .product(name: "ServiceTokens", package: "swift-service-tokens"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets {
  target.swiftSettings = [.enableUpcomingFeature("ExistentialAny"), .strictMemorySafety()]
}
