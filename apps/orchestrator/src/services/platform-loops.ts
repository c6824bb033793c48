import type { Circuits } from '@tamma/coordination';
import type { Loop } from '@tamma/process';
import type { Bell } from './bell.ts';
import { createComments } from './comments.ts';
import type { DutiesOptions } from './duties-options.ts';
import { createInboxReader } from './inbox.ts';
import type { LoopTools, TermParts } from './loop-tools.ts';
import { createReviewWatch } from './reviews.ts';

/** What another process received is found this soon. */
const INBOX_MS = 1000;

export interface PlatformLoopsOptions extends DutiesOptions {
  readonly circuits: Circuits;
  /** Rung when this process stored a delivery. */
  readonly bell: Bell;
}

/** The loops that hear what people and checks say on the platforms of projects; none where nobody can say anything. */
export function buildPlatformLoops(
  options: PlatformLoopsOptions,
  parts: TermParts & LoopTools,
): readonly Loop[] {
  if (options.projects.every(({ project }) => project.platform === 'local')) return [];
  const { store, pollIntervalMs } = options;
  const { loop, term, intake, onFailure } = parts;
  const requireLead = () => options.requireLead(term);
  const common = { ...options, claims: store.claims, reader: store.reader, inbox: store.inbox };
  const comments = createComments({ ...common, verdicts: store.verdicts, requireLead, onFailure });
  const reviews = createReviewWatch({ ...common, requireLead, onFailure });
  const inbox = createInboxReader({
    ...common,
    lookAtIssues: intake.look,
    lookAtComments: comments.lookAt,
    lookAtChanges: reviews.lookAt,
    onFailure,
  });
  return [
    loop('comments', pollIntervalMs, comments.runOnce),
    loop('reviews', pollIntervalMs, reviews.runOnce),
    listening(loop('inbox', INBOX_MS, inbox.runOnce), options.bell),
  ];
}

/** Woken by the bell for as long as it runs. */
function listening(loop: Loop, bell: Bell): Loop {
  let stopListening = () => {};
  return {
    ...loop,
    start: () => {
      stopListening();
      stopListening = bell.listen(loop.wake);
      return loop.start();
    },
    stop: () => {
      stopListening();
      return loop.stop();
    },
  };
}
