import { Component, type ReactNode } from 'react';

interface BrokenState {
  readonly message: string | null;
}

/** A mistake in a screen says so, instead of leaving an empty page. */
export class BrokenBoundary extends Component<{ readonly children: ReactNode }, BrokenState> {
  override readonly state: BrokenState = { message: null };

  static getDerivedStateFromError(error: unknown): BrokenState {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <main className="sign-in">
        <div className="card">
          <h1>This page broke.</h1>
          <p>The work goes on without it. {this.state.message}</p>
          <button type="button" className="button" onClick={() => window.location.reload()}>
            Reload
          </button>
        </div>
      </main>
    );
  }
}
