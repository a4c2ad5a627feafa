import Application
import Domain
import ServiceTokenDomain

let job = Job(tenant: "t1", owner: "u1", result: "users/42/a report.pdf")

let live = try JobService(tokens: FakeTokens(), files: "https://files.example")
try expect(
  await live.download(job)
    == .redirect(to: "https://files.example/files/users/42/a%20report.pdf?access_token=fake%20download"),
  "a download is a redirect to the file")
try expect(await live.authorization(for: "converter:job.write") == "Bearer fake", "a call is authorized")

let down = ServiceTokenError(.mcTokenUnavailable, "down", endpoint: .delegatedDownload)
let failing = try JobService(tokens: FakeTokens(failure: down), files: "https://files.example")
try expect(
  await failing.download(job) == .failure(status: 502, code: "mc_token_unavailable", message: "token_failed"),
  "a failure is answered by its class")

print("an application with a module Domain of its own runs on a fake, and answers each failure by its class")

struct NotSo: Error { var claim: String }

func expect(_ isSo: Bool, _ claim: String) throws {
  guard isSo else { throw NotSo(claim: claim) }
}
