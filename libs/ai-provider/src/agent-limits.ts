/** The name of the tool that hands in the result. */
export const FINISH_TOOL = 'finish';
/** Times a model is told that it handed in nothing usable before the loop gives up. */
export const CORRECTIONS_MAX = 3;
/** Tool calls run in one turn; what is beyond is answered with an error, so that one turn cannot take for ever. */
export const CALLS_PER_TURN_MAX = 32;
/** Room for one whole file of common size and the words around it. */
export const OUTPUT_TOKENS_MAX = 16_384;
/** Longest tool name in an event, in characters. */
export const TOOL_NAME_MAX = 64;

/** Longest tool output that goes to a model, in characters: about a tenth of a usual context. */
export const TOOL_OUTPUT_MAX = 32 * 1024;
/** Longest summary of a call, in characters. */
export const SUMMARY_MAX = 200;
/** Longest complaint about a result in an error, in characters. */
export const COMPLAINT_MAX = 1000;
