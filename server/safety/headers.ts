import type { FastifyHelmetOptions } from '@fastify/helmet';

/**
 * Content Security Policy (SEC5). Scripts: our own files and nothing else. Styles are the one place with an exception:
 * xterm's DOM renderer and dockview write <style> elements, and xterm colours cells with a style attribute.
 */
export const safetyHeaders: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'script-src-attr': ["'none'"],
      'worker-src': ["'self'"],
      'style-src': ["'self'"],
      'style-src-elem': ["'self'", "'unsafe-inline'"],
      'style-src-attr': ["'unsafe-inline'"],
      // Small icons and fonts may be bundled into the style sheets.
      'img-src': ["'self'", 'data:'],
      'font-src': ["'self'", 'data:'],
      'manifest-src': ["'self'"],
      // Some browsers do not count the web socket of the page's own origin as 'self'.
      'connect-src': ["'self'", ({ headers }) => `ws://${headers.host} wss://${headers.host}`],
      'form-action': ["'self'"],
      'base-uri': ["'none'"],
      'object-src': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
  },
  // Speaks HTTP on purpose; whoever puts TLS in front decides about HSTS.
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: { policy: 'same-origin' },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
};
