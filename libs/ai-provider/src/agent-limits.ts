/** The name of the tool that hands in the result. */
export const FINISH_TOOL = 'finish';
/** The name of the tool that ends a conversation with a question to a person. */
export const ASK_TOOL = 'ask_question';
/** Longest question to a person, in characters. */
export const QUESTION_MAX = 2000;
/** Times a model is told that it handed in nothing usable, or in a row that it called nothing, before the loop gives up. */
export const CORRECTIONS_MAX = 3;
/** Turns in a row with the same calls and the same answers before the loop gives up. */
export const REPEATS_MAX = 3;
/** Tool calls run in one turn; what is beyond is answered with an error, so that one turn cannot take for ever. */
export const CALLS_PER_TURN_MAX = 32;
/** Deepest nesting of a call's arguments: far more than any tool needs, and far less than what breaks a JSON writer. */
export const INPUT_DEPTH_MAX = 64;
/** Longest tool name in an event, in characters. */
export const TOOL_NAME_MAX = 64;

/** Longest tool output that goes to a model, in characters: about a tenth of a usual context. */
export const TOOL_OUTPUT_MAX = 32 * 1024;
/** What each call gets to say, in characters, however much the others of its turn have said. */
export const TOOL_OUTPUT_MIN = 1000;
/** Longest summary of a call, in characters. */
export const SUMMARY_MAX = 200;
/** Longest complaint about a result in an error, in characters. */
export const COMPLAINT_MAX = 1000;

/** Characters taken for one token where no service has counted: rather too many tokens than too few. */
export const CHARACTERS_PER_TOKEN = 3;
/** Share of the context that the tools may fill in one turn, so that the last three turns always fit. */
const TURN_SHARE = 0.25;
/** Share of the longest conversation that is kept when one has grown too long. */
export const COMPACT_SHARE = 0.5;
/** Share of its length that a conversation has to come below once a service said that it is too long. */
export const FORCED_SHARE = 0.75;
/** Last messages that stay whole: three turns, and where that does not do, one. */
export const KEPT_MESSAGES: readonly number[] = [6, 2];
/** Texts and inputs of the model's that are longer than this are left out of old turns, in characters. */
export const OLD_TEXT_MAX = 2000;
/** Shorter than this nothing is worth a note in its place, in characters. */
export const LEFT_OUT_MIN = 300;

/** How much the answers of one turn's tools may be together, in characters. */
export function turnOutputMax(contextTokensMax: number): number {
  return Math.floor(contextTokensMax * CHARACTERS_PER_TOKEN * TURN_SHARE);
}
