// What npm oidc-provider is set up with wherever it is measured: a key, and one client that gets tokens for itself.

import { generateKeyPairSync } from 'node:crypto';

// Once a process: a test suite would bring a key of its own along, too.
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const settings = {
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
};

// The features of every one of them; what is measured may need more.
export const features = { devInteractions: { enabled: false }, clientCredentials: { enabled: true } };

// The form of a token request of that client.
export const body = 'grant_type=client_credentials&client_id=bench&client_secret=secret&scope=read';
