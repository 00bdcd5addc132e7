// The MCP SDK: a resource says where to get a token (RFC 9728), the client registers itself (RFC 7591), signs in, refreshes.

import { auth, extractWWWAuthenticateParams } from '@modelcontextprotocol/sdk/client/auth.js'
import { asked, browse, redirectUri, run } from '../kit.mjs'

/** What an application keeps for the SDK, and how it opens a browser. */
class Keeper {
  redirectUrl = redirectUri
  clientMetadata = {
    client_name: 'MCP',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: asked.method,
  }
  clientInformation = () => this.client
  saveClientInformation = (client) => void (this.client = client)
  tokens = () => this.kept
  saveTokens = (tokens) => void (this.kept = tokens)
  redirectToAuthorization = async (url) => void (this.back = await browse(url))
  saveCodeVerifier = (verifier) => void (this.verifier = verifier)
  codeVerifier = () => this.verifier
  state = () => 'state'
}

await run(async () => {
  const keeper = new Keeper()
  const use = () => fetch(asked.server, keeper.kept && { headers: { authorization: `Bearer ${keeper.kept.access_token}` } })
  const refused = await use()
  const { resourceMetadataUrl } = extractWWWAuthenticateParams(refused)
  const options = { serverUrl: asked.server, resourceMetadataUrl }
  const steps = [await auth(keeper, options)]
  const [code, iss] = ['code', 'iss'].map((name) => keeper.back.searchParams.get(name))
  steps.push(await auth(keeper, { ...options, authorizationCode: code, iss }))
  const statuses = [refused.status, (await use()).status]
  const before = keeper.kept.refresh_token
  steps.push(await auth(keeper, options))
  statuses.push((await use()).status)
  return { steps, statuses, client: keeper.client, rotated: keeper.kept.refresh_token !== before }
})
