import { z } from 'zod';
import { anything, createHands } from './hands.ts';
import type { Ground } from './world.ts';

/** GitHub answers without a body where nobody has to be asked, other servers with one of their own. */
const invitation = z.object({ id: z.int() }).nullable().catch(null);

/** With one commit on `main`; the product may write to it. */
export async function makeRepository({ hands, world, root }: Ground): Promise<void> {
  const { apiUrl, ours, repository } = world;
  const body = { name: repository, auto_init: true };
  await hands.call(anything, { method: 'POST', path: '/user/repos', body });
  const invited = await hands.call(invitation, {
    method: 'PUT',
    path: `${root}/collaborators/${ours.login}`,
    body: { permission: 'push' },
  });
  if (invited === null) return;
  const path = `/user/repository_invitations/${invited.id}`;
  await createHands({ apiUrl, ...ours }).call(anything, { method: 'PATCH', path });
}
