import type { WorkflowState } from '@tamma/domain';
import { webAddress } from '../view/row.ts';
import { Icon } from './icon.tsx';

type Props = { readonly pullRequest: NonNullable<WorkflowState['pullRequest']> };

/** A link where there is a page to go to; the local platform has none. */
export function PullRequest({ pullRequest: { number, url } }: Props) {
  const address = webAddress(url);
  const words = (
    <>
      <Icon name="branch" /> PR #{number}
    </>
  );
  if (address === null) return <span className="pull-request">{words}</span>;
  return (
    <a className="pull-request" href={address} target="_blank" rel="noopener noreferrer">
      {words}
      <span className="only-read"> (opens a new tab)</span>
    </a>
  );
}
