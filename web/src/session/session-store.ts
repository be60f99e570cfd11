import { create } from 'zustand';
import { useLab } from '../state/lab-store.ts';
import { api } from './api.ts';
import { followEcho } from './echo.ts';
import { live } from './socket.ts';

/** Whether this page may talk to the server. */
export type SessionState =
  | { readonly state: 'opening' }
  | { readonly state: 'unreachable' }
  | { readonly state: 'locked' }
  | { readonly state: 'open'; readonly passwordRequired: boolean };

/** The page's session. */
export const useSession = create<{ readonly session: SessionState }>()(() => ({ session: { state: 'opening' } }));

/** Asks the server who we are, and connects when it lets us. */
export function askSession(): void {
  api.session().then(
    (session) => {
      if (session.passwordRequired && !session.authenticated) useSession.setState({ session: { state: 'locked' } });
      else {
        useSession.setState({ session: { state: 'open', passwordRequired: session.passwordRequired } });
        live.connect();
      }
    },
    () => useSession.setState({ session: { state: 'unreachable' } }),
  );
}

/** Asks who we are, connects, and keeps the connection's state in the lab store; the returned function stops it. */
export function openSession(): () => void {
  const unfollowEcho = followEcho(live, {
    silent: (lastDataMs) => useLab.setState({ connection: { state: 'silent', lastDataMs } }),
    heard: () => {
      // Meanwhile it may have been connected anew, which is told already.
      if (useLab.getState().connection.state === 'silent')
        useLab.setState({ connection: { state: 'connected', resumedMs: Date.now() } });
    },
  });
  const unlink = live.onLink({
    up: (again) => {
      useLab.setState({ connection: { state: 'connected', ...(again ? { resumedMs: Date.now() } : {}) } });
      // What comes next is dated by the server's clock, and the echo is asked for up to a second later.
      live.ping().catch(() => undefined);
    },
    down: (attempt) => useLab.setState({ connection: { state: 'reconnecting', attempt, lastDataMs: live.lastDataMs } }),
    ended: (why) => useLab.setState({ connection: { state: 'ended', why, lastDataMs: live.lastDataMs } }),
    refused: (reason) => {
      // The server forgot the session: it was restarted, or the password was changed.
      if (reason === 'unauthorized') {
        live.close();
        askSession();
      }
    },
  });
  askSession();
  return () => {
    unfollowEcho();
    unlink();
  };
}

/** Logs in and connects; rejects with ProblemError. */
export async function logIn(password: string): Promise<void> {
  await api.logIn(password);
  askSession();
}

/** Logs out: the page shows the login again. */
export async function logOut(): Promise<void> {
  live.close();
  await api.logOut();
  askSession();
}
