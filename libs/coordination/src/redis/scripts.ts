/**
 * The scripts that make each change of a workflow one step. Layout of a workflow's hash:
 *   head                the WorkflowHead as JSON; without it there is no workflow
 *   checksum            of the head's text, so that a reader who knows the head is not sent it again
 *   score               the score that counts now, when a person changed it
 *   cancelled           present once the workflow is cancelled
 *   suspended           while it stands still: when that ends by itself, milliseconds since the epoch
 *   merging             the task that is past the point of no return; it goes when that task stops for good, or waits
 *   active              time that attempts have run since a person last had a task tried again: <ms>/<attempt counted last>
 *   attempt:<task>      highest attempt that began
 *   outcome:<task>      terminal outcome as JSON
 *   wait:<task>         what the task parked for last, as JSON
 *   order:<task>        what a person ordered about it, as JSON
 *   excused:<task>      pick-ups that prove nothing about a crash loop: <count>/<attempt counted last>
 *   holds:<task>        how often the engine held it, since a person last had it tried again: as above
 *   round:<number>      a round as JSON
 *   asked:<approval>    which attempt of which task asked a person, as JSON
 *   decision:<approval> the first decision as JSON
 *   gate:<gate>:<sha>   gate result as JSON
 *   artifact:<name>     SHA-256 of the artifact's text
 * Bodies of artifacts lie in a second hash, so that the one read of an attempt stays small.
 * Event lists are the tail of ARGV; each is one entry of the event log under the field named by the caller.
 * Counts name the attempt they counted last, so that a call whose answer was lost counts once though it is sent twice.
 */
export * from './scripts-attempt.ts';
export * from './scripts-control.ts';
export * from './scripts-person.ts';
export * from './scripts-whole.ts';
