/**
 * How processes tell each other that something about a workflow changed: cancelled, suspended, ordered. Only a hint to
 * look again at once: a message may be lost, so whoever listens polls as well.
 */
export interface ControlChannel {
  announce(workflowId: string): Promise<void>;
  /** Calls back with the workflow of each announcement, until it is disposed of. */
  listen(onWorkflow: (workflowId: string) => void): Disposable;
  close(): Promise<void>;
}
