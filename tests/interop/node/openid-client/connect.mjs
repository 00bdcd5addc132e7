// An openid-client that knows the provider, as the test asked for it.

import * as client from 'openid-client'
import { generateKeyPair } from 'oauth4webapi'
import { exportJWK } from 'jose'
import { asked, issuer, redirectUri } from '../kit.mjs'

const execute = [client.enableNonRepudiationChecks]
if (issuer.protocol === 'http:') execute.push(client.allowInsecureRequests)
const options = { execute, algorithm: asked.discovery ?? 'oidc' }

/** The configuration of a client that authenticates in the way `asked.method` says. */
export async function connect() {
  const method = asked.method ?? 'none'
  if (method === 'private_key_jwt') return register(method)
  const metadata = { id_token_signed_response_alg: asked.algorithm ?? 'RS256' }
  const authentication = authenticationBy(method, asked.client_secret)
  return client.discovery(issuer, asked.client_id ?? 'cli', metadata, authentication, options)
}

/** Register a client that authenticates by `method` (RFC 7591), with a fresh key where it takes one. */
export async function register(method, metadata = {}) {
  const wanted = {
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_method: method,
    id_token_signed_response_alg: asked.algorithm ?? 'RS256',
    ...metadata,
  }
  if (method === 'private_key_jwt') return registerWithKey(wanted)
  return client.dynamicClientRegistration(issuer, wanted, authenticationBy(method), options)
}

async function registerWithKey(wanted) {
  const pair = await generateKeyPair(asked.client_algorithm ?? 'ES256', { extractable: true })
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'mine' }] }
  const authentication = client.PrivateKeyJwt({ key: pair.privateKey, kid: 'mine' })
  return client.dynamicClientRegistration(issuer, { ...wanted, jwks }, authentication, options)
}

/** How the client proves itself; without `secret`, with the one it registered for. */
function authenticationBy(method, secret) {
  if (method === 'client_secret_basic') return client.ClientSecretBasic(secret)
  if (method === 'client_secret_post') return client.ClientSecretPost(secret)
  return client.None()
}
