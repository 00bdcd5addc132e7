// What oauth4webapi wants handed to every call: the provider it discovered, the client, the leave to speak http.

import * as oauth from 'oauth4webapi'
import { asked, issuer } from '../kit.mjs'

export const options = { [oauth.allowInsecureRequests]: issuer.protocol === 'http:' }
export const me = { client_id: asked.client_id ?? 'cli' }
export const authentication = asked.client_secret ? oauth.ClientSecretBasic(asked.client_secret) : oauth.None()

/** The metadata of the provider, compared with the issuer that was asked. */
export async function discover() {
  const how = { ...options, algorithm: asked.discovery ?? 'oidc' }
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, how))
}
