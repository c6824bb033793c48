import { type FormEvent, useState } from 'react';
import { usePage, useTitle } from '../../ui/hooks.ts';
import { Notice } from '../../ui/notice.tsx';
import { Brand } from '../shell/brand.tsx';

/** `why`: what ended the last session; empty for somebody who comes for the first time. */
export function SignInScreen({ why }: { readonly why: string }) {
  const { app } = usePage();
  const [token, setToken] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  useTitle('Sign in', 0);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const refused = await app.session.signIn(token.trim());
    // Once it was taken this screen is gone.
    setBusy(false);
    setRefusal(refused);
  };
  return (
    <main className="sign-in" id="main">
      <form className="card sign-in-card" onSubmit={(event) => void submit(event)}>
        <Brand />
        <h1>Sign in</h1>
        {why === '' ? null : <Notice tone="quiet">{why}</Notice>}
        <div className="field">
          <label htmlFor="token">Token</label>
          <input
            id="token"
            type="password"
            autoComplete="current-password"
            required={true}
            maxLength={500}
            value={token}
            onChange={({ target }) => setToken(target.value)}
          />
        </div>
        {refusal === null ? null : (
          <Notice tone="bad" isUrgent={true}>
            {refusal}
          </Notice>
        )}
        <button type="submit" className="button button-main" disabled={isBusy || token.trim() === ''}>
          Sign in
        </button>
        <p className="muted small">
          Whoever runs Tamma hands out tokens (<code>TAMMA_TOKENS</code>). This browser stays signed in for a
          week.
        </p>
      </form>
    </main>
  );
}
