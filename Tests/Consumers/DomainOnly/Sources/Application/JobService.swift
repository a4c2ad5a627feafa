import Domain
import ServiceTokenDomain

/// A use case: where a browser is sent for the result of a job, and what its client is told if that fails.
package struct JobService: Sendable {
  package enum Answer: Sendable, Equatable {
    case redirect(to: String)
    case failure(status: Int, code: String, message: String)
  }

  private let tokens: any ServiceTokenProvider
  private let files: BaseURL

  package init(tokens: any ServiceTokenProvider, files: String) throws {
    self.tokens = tokens
    self.files = try BaseURL(files, setting: "files")
  }

  package func download(_ job: Job) async throws -> Answer {
    do {
      let token = try await tokens.downloadToken(
        for: DownloadRequest(tenantID: job.tenant, userID: job.owner, objectKey: job.result))
      return .redirect(to: try DownloadURL(base: files, objectKey: job.result, token: token).expose())
    } catch let error as ServiceTokenError {
      return .failure(status: error.code.httpStatus, code: error.code.publicCode, message: error.code.messageKey)
    }
  }

  package func authorization(for scope: String) async throws -> String {
    try await tokens.token(for: scope).exposeAuthorization()
  }
}
