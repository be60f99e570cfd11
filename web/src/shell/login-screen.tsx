import { type FormEvent, useState } from 'react';
import { problemOf } from '../session/problem.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import './login.css';
import { logIn } from '../session/session-store.ts';

/** Asks for the password that the server was started with. */
export function LoginScreen() {
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const [asking, setAsking] = useState(false);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
    setProblem(undefined);
    logIn(password)
      .catch((error: unknown) => {
        const { title, detail } = problemOf(error);
        setProblem(detail === '' ? title : detail);
      })
      .finally(() => setAsking(false));
  };
  return (
    <main className="login" data-testid="login">
      <form onSubmit={submit}>
        <h1>
          <Icon name="cable" size="l" />
          Patchbay
        </h1>
        <label htmlFor="password">This server asks for a password. Whoever started it knows it.</label>
        <div className={`field ${problem === undefined ? '' : 'field-bad'}`}>
          <input
            id="password"
            type="password"
            autoComplete="current-password"
            data-testid="password"
            value={password}
            aria-invalid={problem !== undefined}
            aria-describedby="login-problem"
            onChange={(event) => setPassword(event.target.value)}
          />
        </div>
        <p id="login-problem" className="tone-bad" role="alert" data-testid="login-problem">
          {problem}
        </p>
        <Button
          id="log-in"
          label="Log in"
          kind="primary"
          size="large"
          type="submit"
          off={asking ? 'Waiting for the answer.' : password === '' ? 'Type the password first.' : undefined}
        />
      </form>
    </main>
  );
}
