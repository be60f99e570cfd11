import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Credentials, Session } from '../contract/rest.ts';
import { Problem } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { Gate } from '../safety/gate.ts';
import { sessionCookie } from '../safety/sessions.ts';

/** Not `secure`: on loopback and in a lab's network there is no TLS; the cookie never leaves this site. */
const cookie: CookieSerializeOptions = { path: '/', httpOnly: true, sameSite: 'strict' };
const loginsPerMinute = 10;

/** Who am I, log in, log out. */
export const sessionRoutes: FastifyPluginAsyncTypebox<{ gate: Gate; metrics: Metrics }> = async (
  app,
  { gate, metrics },
) => {
  const passwordRequired = gate.password !== undefined;

  app.get('/session', { schema: { response: { 200: Session } } }, async ({ headers }) => ({
    authenticated: gate.sessionOf(headers) !== undefined,
    passwordRequired,
  }));

  app.post(
    '/session',
    {
      schema: { body: Credentials, response: { 200: Session, 401: Problem, 429: Problem } },
      config: { rateLimit: { max: loginsPerMinute, timeWindow: '1 minute' } },
    },
    async ({ body }, reply) => {
      if (gate.password !== undefined) {
        if (!(await gate.password.matches(body.password))) {
          metrics.failedLogins.inc();
          throw new AppError('wrong-password', 'Expected the password that the server was started with.');
        }
        reply.setCookie(sessionCookie, gate.sessions.open(), cookie);
      }
      return { authenticated: true, passwordRequired };
    },
  );

  app.delete('/session', { schema: { response: { 200: Session } } }, async ({ headers }, reply) => {
    const session = gate.sessionOf(headers);
    if (session !== undefined) gate.sessions.close(session);
    reply.clearCookie(sessionCookie, cookie);
    return { authenticated: !passwordRequired, passwordRequired };
  });
};
