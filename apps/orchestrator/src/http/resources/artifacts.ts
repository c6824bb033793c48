import { createHash } from 'node:crypto';
import { artifactListSchema, artifactViewSchema } from '@tamma/contracts';
import { ARTIFACT_NAMES, type ArtifactReference } from '@tamma/domain';
import { z } from 'zod';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { problem } from '../problem.ts';
import type { ResourceDeps } from './deps.ts';
import { mustFind, workflowParams } from './workflows.ts';

const artifactParams = workflowParams.extend({
  name: z.string().describe(`one of ${ARTIFACT_NAMES.join(', ')}`),
});

/** What the steps of a workflow wrote. */
export function artifactEndpoints(deps: ResourceDeps): Endpoint[] {
  return [list(deps), read(deps)];
}

function list(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/workflows/:id/artifacts',
    permission: 'view',
    summary: 'The artifacts of a workflow, without their texts',
    params: workflowParams,
    status: 200,
    answer: artifactListSchema,
    refusals: [404],
    handle: async ({ params }) => {
      const { artifacts } = await mustFind(deps, params.id);
      return { items: [...artifacts], next: null };
    },
  });
}

function read(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/workflows/:id/artifacts/:name',
    permission: 'view',
    summary: 'One artifact with its text',
    params: artifactParams,
    status: 200,
    answer: artifactViewSchema,
    refusals: [404],
    handle: async ({ params: { id, name } }) => {
      const { artifacts } = await mustFind(deps, id);
      const reference = artifacts.find((artifact) => artifact.name === name);
      const text = reference === undefined ? null : await readText(deps, id, reference);
      if (reference === undefined || text === null) {
        throw problem(404, `workflow ${id} has no artifact "${name}" so far`);
      }
      return { ...reference, text };
    },
  });
}

/** From the record; what is not recorded yet, or was written anew since, from Redis. */
async function readText(deps: ResourceDeps, id: string, { name, sha256 }: ArtifactReference) {
  const recorded = await deps.reader.readArtifact(id, name);
  if (recorded !== null && hashOf(recorded) === sha256) return recorded;
  return (await deps.hashes.readArtifact(id, name)) ?? recorded;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
