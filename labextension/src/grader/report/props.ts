import type * as wire from '../../wire';
import type { ISessionView } from '../session/props';

/** What every part of a question in the report works with. */
export type IQuestionProps = ISessionView & { question: wire.QuestionPart };
