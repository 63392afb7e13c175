// A certified OpenID provider with two people and one public client, for the tests alone.
// Reads its settings as JSON from standard input, tells its address on standard output, ends when its input closes.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const settings = JSON.parse(process.env.SETTINGS);

const people = settings.people; // subject -> claims of the access token

const configuration = {
  clients: [
    {
      client_id: 'portal',
      redirect_uris: ['http://127.0.0.1/callback'],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
  ],
  jwks: settings.jwks,
  cookies: { keys: ['only for tests'] },
  claims: { openid: ['sub'], profile: ['name'] },
  findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people[id] }) }),
  extraTokenClaims: async (_, token) => people[token.accountId],
  ttl: { AccessToken: 300, Interaction: 300, Session: 300, Grant: 300, IdToken: 300 },
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => settings.audience,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => ({
        scope: 'work',
        audience: resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 300,
        jwt: { sign: { alg: settings.algorithm } },
      }),
    },
  },
};

const server = createServer();
server.listen(settings.port, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, configuration);
  server.on('request', provider.callback());
  console.log(`http://127.0.0.1:${port}`);
});

process.stdin.on('end', () => process.exit(0)).resume();
