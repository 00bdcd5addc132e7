// npm oidc-provider with its in-memory store, one client, and a resource whose tokens are JWTs, signed RS256 as ours are.

import { generateKeyPairSync } from 'node:crypto';

import { load, run } from './child.mjs';

const { Provider } = await load('oidc-provider');

const RESOURCE = 'https://api.example/';

// Once a process: a test suite would bring a key of its own along, too.
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

await run(async () => {
  const provider = new Provider('http://127.0.0.1', {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'key', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['secret'] },
    clients: [{
      client_id: 'bench',
      client_secret: 'secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    }],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'read', audience: RESOURCE, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  const server = await new Promise((listening) => {
    const made = provider.listen(0, '127.0.0.1', () => listening(made));
  });
  return {
    port: server.address().port,
    body: 'grant_type=client_credentials&client_id=bench&client_secret=secret&scope=read',
    stop: () => new Promise((stopped) => { server.close(stopped); server.closeAllConnections(); }),
  };
});
