import { useEffect, useState } from 'react';
import { type WorkflowWatch, watchWorkflow } from '../../state/workflow.ts';
import { usePage } from '../../ui/hooks.ts';

/** Watches the workflow as long as its screen is shown; null for a moment at the beginning. */
export function useWorkflowWatch(id: string): WorkflowWatch | null {
  const { app } = usePage();
  const [watch, setWatch] = useState<WorkflowWatch | null>(null);
  useEffect(() => {
    const begun = watchWorkflow(id, app);
    setWatch(begun);
    return begun.stop;
  }, [id, app]);
  return watch;
}
